"""A miner: doubles numbers.

    python miner.py --netuid 2 --wallet.name bob --wallet.hotkey default --subtensor.chain_endpoint ws://localhost:9944
"""

import threading
from typing import Tuple

import bittensor as bt
from protocol import Double, options, say


def main() -> None:
    config = options()
    wallet = bt.Wallet(config=config)
    subtensor = bt.Subtensor(config=config)
    registered = set(subtensor.metagraph(config.netuid).hotkeys)
    if wallet.hotkey.ss58_address not in registered:
        raise SystemExit(f"{wallet.hotkey.ss58_address} is not registered on subnet {config.netuid}.")

    def double(synapse: Double) -> Double:
        synapse.answer = 2 * synapse.number
        return synapse

    def refuse(synapse: Double) -> Tuple[bool, str]:
        return synapse.dendrite.hotkey not in registered, "not registered"

    axon = bt.Axon(wallet=wallet, config=config)
    axon.attach(forward_fn=double, blacklist_fn=refuse)
    served = subtensor.serve_axon(netuid=config.netuid, axon=axon)
    if not served.success:
        raise SystemExit(f"The chain did not take the axon: {served.message}")
    axon.start()
    say(f"Serving at {axon.external_ip}:{axon.external_port}. Starting main loop.")
    # Whoever started this program ends it.
    threading.Event().wait()


if __name__ == "__main__":
    main()
