"""The unmodified Python SDK against a running node: reads, then transfer, registration and stake.

Usage: sdk_checks.py ws://127.0.0.1:9944
Prints one line per check; exits with 1 if any fails.
"""

import os
import shutil
import sys
import traceback

import bittensor as bt

from harness import WALLETS, root, wallet

URL = sys.argv[1]


def check(name):
    def wrap(body):
        CHECKS.append((name, body))
        return body

    return wrap


CHECKS = []


@check("blocks advance and hashes match numbers")
def blocks(subtensor):
    block = subtensor.block
    assert subtensor.wait_for_block(block + 2)
    assert subtensor.block >= block + 2
    assert subtensor.get_block_hash(block).startswith("0x")


@check("balances of genesis")
def balances(subtensor):
    charlie = subtensor.get_balance(bt.Keypair.create_from_uri("//Charlie").ss58_address) if hasattr(bt, "Keypair") else None
    dave = subtensor.get_balance("5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy")
    assert dave.tao == 2000.0, dave
    assert charlie is None or charlie.tao == 1_000_000.0, charlie


@check("subnets of genesis")
def subnets(subtensor):
    assert subtensor.get_all_subnets_netuid() == [0, 1], subtensor.get_all_subnets_netuid()
    assert len(subtensor.all_subnets()) == 2


@check("transfer pays the fee that the chain reports")
def transfer(subtensor):
    alice, dest = wallet("Alice"), "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw"
    before, there = subtensor.get_balance(alice.coldkeypub.ss58_address), subtensor.get_balance(dest)
    response = subtensor.transfer(wallet=alice, destination_ss58=dest, amount=bt.Balance.from_tao(2))
    assert response.success, response.message
    after = subtensor.get_balance(alice.coldkeypub.ss58_address)
    assert subtensor.get_balance(dest) - there == bt.Balance.from_tao(2)
    assert before - after - bt.Balance.from_tao(2) == response.extrinsic_fee, (before, after, response.extrinsic_fee)


@check("a new subnet, started")
def new_subnet(subtensor):
    alice = wallet("Alice")
    response = subtensor.register_subnet(wallet=alice)
    assert response.success, response.message
    assert subtensor.subnet_exists(2)
    response = subtensor.start_call(wallet=alice, netuid=2)
    assert response.success, response.message
    assert subtensor.is_subnet_active(2)


@check("a neuron registers by paying")
def register(subtensor):
    bob = wallet("Bob")
    response = subtensor.burned_register(wallet=bob, netuid=2)
    assert response.success, response.message
    assert subtensor.is_hotkey_registered(hotkey_ss58=bob.hotkey.ss58_address, netuid=2)


@check("stake goes in, is seen, and comes out")
def stake(subtensor):
    bob = wallet("Bob")
    hot, cold = bob.hotkey.ss58_address, bob.coldkeypub.ss58_address
    response = subtensor.add_stake(wallet=bob, netuid=2, hotkey_ss58=hot, amount=bt.Balance.from_tao(10))
    assert response.success, response.message
    held = subtensor.get_stake(coldkey_ss58=cold, hotkey_ss58=hot, netuid=2)
    assert held.rao > 0, held
    response = subtensor.unstake(wallet=bob, netuid=2, hotkey_ss58=hot, amount=bt.Balance.from_rao(held.rao // 2).set_unit(2))
    assert response.success, response.message
    assert subtensor.get_stake(coldkey_ss58=cold, hotkey_ss58=hot, netuid=2).rao < held.rao


@check("metagraph, neurons, hyperparameters")
def metagraph(subtensor):
    graph = subtensor.metagraph(2)
    assert graph.n.item() == 2, graph.n
    info = subtensor.get_metagraph_info(2)
    assert info.num_uids == 2 and info.netuid == 2
    assert len(subtensor.neurons(2)) == 2
    assert len(subtensor.neurons_lite(2)) == 2
    assert subtensor.get_subnet_hyperparameters(2).tempo > 0
    assert len(subtensor.all_subnets()) == 3


@check("a time-locked commit, as the SDK makes it for the public beacon, is taken and listed")
def timelocked(subtensor):
    alice = wallet("Alice")
    assert subtensor.commit_reveal_enabled(2)
    # The owner may set weights once an epoch has given it the permit.
    while not subtensor.neurons(2)[0].validator_permit:
        subtensor.wait_for_block()
    root(subtensor, "sudo_set_weights_set_rate_limit", netuid=2, weights_set_rate_limit=0)
    given = dict(wallet=alice, netuid=2, uids=[0, 1], weights=[1.0, 1.0], block_time=0.25, max_attempts=1)
    response = subtensor.set_weights(**given, wait_for_inclusion=True, wait_for_finalization=True)
    assert response.success, response.message
    hotkey, block, message, at = subtensor.get_timelocked_weight_commits(2)[-1]
    assert hotkey == alice.hotkey.ss58_address and block <= subtensor.block and len(message) > 200, (hotkey, block)
    # Nothing opens it here: this network has no pulses of that beacon.
    assert at > subtensor.last_drand_round() == 0


def main():
    failed = 0
    with bt.Subtensor(network=URL) as subtensor:
        for name, body in CHECKS:
            try:
                body(subtensor)
                print(f"ok   {name}", flush=True)
            except Exception:
                failed += 1
                print(f"FAIL {name}", flush=True)
                traceback.print_exc()
    shutil.rmtree(WALLETS, ignore_errors=True)
    print(f"python-sdk: {len(CHECKS) - failed} passed, {failed} failed")
    # The SDK leaves threads behind that keep the interpreter alive.
    sys.stdout.flush()
    os._exit(1 if failed else 0)


main()
