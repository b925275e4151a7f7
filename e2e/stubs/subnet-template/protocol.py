"""What a validator asks and a miner answers, and the options that both programs take."""

import argparse
from typing import Optional

import bittensor as bt


class Double(bt.Synapse):
    """A number, to be returned doubled."""

    number: int
    answer: Optional[int] = None


def options() -> bt.Config:
    """The options of the command line, those of the SDK among them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--netuid", type=int, required=True)
    bt.Wallet.add_args(parser)
    bt.Subtensor.add_args(parser)
    bt.Axon.add_args(parser)
    bt.logging.add_args(parser)
    return bt.Config(parser)


def say(line: str) -> None:
    """A line at once: whoever started the program waits for some of them."""
    print(line, flush=True)
