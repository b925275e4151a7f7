"""The unmodified btcli against a running node, each command as a process of its own.

Usage: btcli_checks.py ws://127.0.0.1:9944
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

from async_substrate_interface.sync_substrate import SubstrateInterface
from bittensor_wallet import Keypair, Wallet

URL = sys.argv[1]
HOME = tempfile.mkdtemp(prefix="neurite-btcli-")
BTCLI = os.path.join(os.path.dirname(sys.executable), "btcli")
ENVIRONMENT = {
    **os.environ,
    "HOME": HOME,
    "COLUMNS": "200",
    "BTCLI_CONFIG_PATH": os.path.join(HOME, "config.yml"),
    "BTCLI_DEBUG_FILE": os.path.join(HOME, "debug.txt"),
}


def btcli(*arguments, errors=False):
    """What the command prints (with `errors` on its error output too); fails when it exits with an error."""
    done = subprocess.run([BTCLI, *arguments], env=ENVIRONMENT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"btcli {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
    return done.stdout + (done.stderr if errors else "")


def make_wallet():
    wallet = Wallet(name="alice", hotkey="default", path=os.path.join(HOME, "wallets"))
    wallet.create_coldkey_from_uri("//Alice", use_password=False, overwrite=True, suppress=True)
    wallet.create_hotkey_from_uri("//Alice_hk", use_password=False, overwrite=True, suppress=True)


WALLET = ["--wallet-path", os.path.join(HOME, "wallets"), "--wallet-name", "alice"]
NETWORK = ["--network", URL]


def balance():
    answer = json.loads(btcli("wallet", "balance", *WALLET, *NETWORK, "--json-output"))
    assert answer["balances"]["alice"]["free"] == 1_000_000.0, answer


def subnets():
    answer = json.loads(btcli("subnets", "list", *NETWORK, "--json-output"))
    assert sorted(answer["subnets"]) == ["0", "1"], answer
    # The table for people, too.
    assert "root" in btcli("subnets", "list", *NETWORK).lower()


def stake():
    assert "No stakes found" in btcli("stake", "list", *WALLET, *NETWORK, "--no-prompt", errors=True)
    hotkey = stake_some()
    answer = json.loads(btcli("stake", "list", *WALLET, *NETWORK, "--json-output", "--no-prompt"))
    [position] = answer["stake_info"][hotkey]
    assert position["netuid"] == 2 and position["stake_value"] > 0, answer
    assert hotkey[:4] in btcli("stake", "list", *WALLET, *NETWORK, "--no-prompt")


def stake_some():
    """Makes subnet 2 and stakes 10 TAO there, with the library that btcli itself uses."""
    alice, hotkey = Keypair.create_from_uri("//Alice"), Keypair.create_from_uri("//Alice_hk").ss58_address
    with SubstrateInterface(URL, ss58_format=42) as substrate:
        for name, params in [
            ("register_network", {"hotkey": hotkey}),
            ("start_call", {"netuid": 2}),
            ("add_stake", {"hotkey": hotkey, "netuid": 2, "amount_staked": 10_000_000_000}),
        ]:
            call = substrate.compose_call("SubtensorModule", name, params)
            extrinsic = substrate.create_signed_extrinsic(call=call, keypair=alice)
            receipt = substrate.submit_extrinsic(extrinsic, wait_for_inclusion=True)
            assert receipt.is_success, (name, receipt.error_message)
    return hotkey


def main():
    make_wallet()
    failed = 0
    checks = {"wallet balance": balance, "subnets list": subnets, "stake list": stake}
    for name, check in checks.items():
        try:
            check()
            print(f"ok   btcli {name}", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAIL btcli {name}: {error}", flush=True)
    shutil.rmtree(HOME, ignore_errors=True)
    print(f"btcli: {len(checks) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
