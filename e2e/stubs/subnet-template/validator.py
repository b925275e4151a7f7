"""A validator: asks every miner to double a number and sets weights by who is right.

    python validator.py --netuid 2 --wallet.name alice --wallet.hotkey default --subtensor.chain_endpoint ws://localhost:9944
"""

import secrets

import bittensor as bt
from protocol import Double, options, say

TIMEOUT = 2
"""Seconds that a miner has for its answer."""
MEMORY = 0.9
"""How much of its score a miner keeps from one question to the next."""


def ask(dendrite: bt.Dendrite, metagraph) -> list[float]:
    """Asks all at once; 1 for each right answer, 0 for a wrong one or none."""
    number = secrets.randbelow(1_000_000)
    answers = dendrite.query(metagraph.axons, Double(number=number), timeout=TIMEOUT, deserialize=False)
    return [float(answer.is_success and answer.answer == 2 * number) for answer in answers]


def main() -> None:
    config = options()
    wallet = bt.Wallet(config=config)
    subtensor = bt.Subtensor(config=config)
    metagraph = subtensor.metagraph(config.netuid)
    if wallet.hotkey.ss58_address not in metagraph.hotkeys:
        raise SystemExit(f"{wallet.hotkey.ss58_address} is not registered on subnet {config.netuid}.")
    dendrite = bt.Dendrite(wallet=wallet)
    # Newcomers have the full score and lose it when they do not answer.
    scores: dict[str, float] = {}

    say("Starting validator loop.")
    while True:
        for hotkey, good in zip(metagraph.hotkeys, ask(dendrite, metagraph)):
            scores[hotkey] = MEMORY * scores.get(hotkey, 1.0) + (1 - MEMORY) * good
        weights = [scores[hotkey] for hotkey in metagraph.hotkeys]
        say(f"Scores {weights}")
        set_ = subtensor.set_weights(
            wallet=wallet,
            netuid=config.netuid,
            uids=metagraph.uids,
            weights=weights,
            max_attempts=1,
            wait_for_inclusion=True,
            wait_for_finalization=False,
        )
        say(f"Success: weights set in block {subtensor.block}" if set_.success else f"Weights not set: {set_.message}")
        # One question in an epoch.
        subtensor.wait_for_block(subtensor.block + subtensor.tempo(config.netuid) + 1)
        metagraph.sync(subtensor=subtensor)


if __name__ == "__main__":
    main()
