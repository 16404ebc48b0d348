"""The same predictions as other programs write them, one writer each: the strangers that lossctl must read rightly."""
