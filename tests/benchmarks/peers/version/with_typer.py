import typer


def main(version: bool = False) -> None:
    if version:
        print("0.1.0")


typer.run(main)
