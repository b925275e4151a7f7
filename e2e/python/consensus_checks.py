"""The unmodified Python SDK: what validators say and when it counts, keys and their places, views of the result.

Usage: consensus_checks.py ws://127.0.0.1:9944

Needs a fresh node with `--dev --block-time 250ms --beacon local`, and e2e/stubs on PYTHONPATH with
BT_AXON_EXTERNAL_IP. Prints one line per check and client; exits with 1 if any fails.
"""

import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path

import bittensor as bt
from bittensor.core.extrinsics.asyncex.serving import publish_metadata_extrinsic as publish_async
from bittensor.core.extrinsics.serving import publish_metadata_extrinsic
from bittensor.core.settings import version_as_int
from bittensor_drand import decrypt_with_signature

from harness import Blocking, Checks, call, epochs, good, plain, refused, root, wallet

URL = sys.argv[1]
HERE = Path(__file__).resolve().parent
TEMPO = 20
U16 = 65_535
# Errors of the pool, as the client shows the chain's numbers.
TOO_FAST, TOO_EARLY = "Custom error: 6", "Custom error: 17"
TAKE_TOO_HIGH, NOT_ITS_COLDKEY = "Custom error: 27", "Custom error: 25"
SWAP_ANNOUNCED, SWAP_DISPUTED = "Custom error: 0 ", "Custom error: 21"
check = Checks("consensus")
netuids: dict[str, int] = {}
"""The subnet that each client's checks share."""


def hotkey_of(who: bt.Wallet) -> str:
    return who.hotkey.ss58_address


def weights_of(subtensor, netuid: int, uid: int = 0) -> list:
    return dict(subtensor.weights(netuid)).get(uid, [])


@check("a subnet with its owner as validator and a miner")
def new_subnet(subtensor, tag):
    alice, bob = wallet("Alice"), wallet("Bob")
    root(subtensor, "sudo_set_network_rate_limit", rate_limit=0)
    root(subtensor, "sudo_set_admin_freeze_window", window=0)
    root(subtensor, "sudo_set_tx_rate_limit", tx_rate_limit=0)
    good(subtensor.register_subnet(wallet=alice))
    netuid = netuids[tag] = subtensor.get_total_subnets() - 1
    root(subtensor, "sudo_set_tempo", netuid=netuid, tempo=TEMPO)
    root(subtensor, "sudo_set_commit_reveal_weights_enabled", netuid=netuid, enabled=False)
    subtensor.wait_for_block(subtensor.block + subtensor.get_start_call_delay() + 1)
    good(subtensor.start_call(wallet=alice, netuid=netuid))
    good(subtensor.burned_register(wallet=bob, netuid=netuid))
    good(subtensor.add_stake(wallet=alice, netuid=netuid, hotkey_ss58=hotkey_of(alice), amount=bt.Balance.from_tao(100)))
    assert subtensor.get_uid_for_hotkey_on_subnet(hotkey_of(bob), netuid) == 1
    epochs(subtensor, netuid)
    assert subtensor.neurons(netuid)[0].validator_permit


@check("set weights: stored scaled, dated, and refused when too soon again")
def set_weights(subtensor, tag):
    netuid, alice = netuids[tag], wallet("Alice")
    root(subtensor, "sudo_set_weights_set_rate_limit", netuid=netuid, weights_set_rate_limit=0)
    given = dict(wallet=alice, netuid=netuid, uids=[0, 1], weights=[0.25, 0.5], max_attempts=1)
    good(subtensor.set_weights(**given, wait_for_inclusion=True, wait_for_finalization=True))
    assert weights_of(subtensor, netuid) == [(0, 32_768), (1, U16)], weights_of(subtensor, netuid)
    assert subtensor.blocks_since_last_update(netuid, 0) < TEMPO
    root(subtensor, "sudo_set_weights_set_rate_limit", netuid=netuid, weights_set_rate_limit=1_000)
    composed = dict(netuid=netuid, dests=[1], weights=[U16], version_key=0)
    refused(call(subtensor, alice, "SubtensorModule", "set_weights", "hotkey", **composed), TOO_FAST)
    root(subtensor, "sudo_set_weights_set_rate_limit", netuid=netuid, weights_set_rate_limit=0)


@check("set weights: without a permit, or of a neuron that is not there, for the chain's reason")
def bad_weights(subtensor, tag):
    netuid = netuids[tag]
    stranger = dict(netuid=netuid, dests=[0], weights=[U16], version_key=0)
    fresh = wallet(f"Nobody-{tag}")
    refused(call(subtensor, fresh, "SubtensorModule", "set_weights", "hotkey", **stranger), "HotKeyNotRegisteredInSubNet")
    beyond = dict(netuid=netuid, dests=[7], weights=[U16], version_key=0)
    refused(call(subtensor, wallet("Alice"), "SubtensorModule", "set_weights", "hotkey", **beyond), "UidVecContainInvalidOne")


@check("mechanisms: a second one has weights of its own")
def mechanisms(subtensor, tag):
    netuid, alice = netuids[tag], wallet("Alice")
    root(subtensor, "sudo_set_max_allowed_uids", netuid=netuid, max_allowed_uids=128)
    root(subtensor, "sudo_set_mechanism_count", netuid=netuid, mechanism_count=2)
    assert subtensor.get_mechanism_count(netuid) == 2
    good(subtensor.set_weights(wallet=alice, netuid=netuid, mechid=1, uids=[0], weights=[1.0], wait_for_inclusion=True))
    assert dict(subtensor.weights(netuid, mechid=1))[0] == [(0, U16)]
    assert weights_of(subtensor, netuid) == [(0, 32_768), (1, U16)]
    root(subtensor, "sudo_set_mechanism_count", netuid=netuid, mechanism_count=1)


@check("commit and reveal: refused before its epoch, counts in it")
def commit_reveal(subtensor, tag):
    netuid, alice = netuids[tag], wallet("Alice")
    root(subtensor, "sudo_set_commit_reveal_weights_enabled", netuid=netuid, enabled=True)
    assert subtensor.commit_reveal_enabled(netuid)
    uids, values, salt = [0, 1], [32_768, U16], [18, 179, 107, 0, 165, 211, 141, 197]
    given = dict(wallet=alice, netuid=netuid, uids=uids, weights=values, salt=salt, wait_for_finalization=True)
    # A commit at the end of an epoch would be due at once.
    epochs(subtensor, netuid)
    good(subtensor.commit_weights(**given, wait_for_inclusion=True))
    early = dict(netuid=netuid, mecid=0, uids=uids, values=values, salt=salt, version_key=version_as_int)
    refused(call(subtensor, alice, "SubtensorModule", "reveal_mechanism_weights", "hotkey", **early), TOO_EARLY)
    epochs(subtensor, netuid)
    good(subtensor.reveal_weights(**given, max_attempts=1))
    assert weights_of(subtensor, netuid) == list(zip(uids, values)), weights_of(subtensor, netuid)


def raw(value) -> bytes:
    """Bytes, in whichever of its ways the client shows them."""
    value = plain(value)
    if isinstance(value, str):
        return bytes.fromhex(value.removeprefix("0x"))
    return bytes(value[0] if len(value) == 1 else value)


LOCKSMITH = subprocess.Popen(
    ["node", str(HERE / "timelock.mjs")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
)


def locked(subtensor, **message) -> dict:
    """The message, locked for a round of this chain's own beacon, two to three seconds ahead."""
    beacon = "0x" + raw(plain(subtensor.query_module("Drand", "BeaconConfig"))["public_key"]).hex()
    at = subtensor.last_drand_round() + 3
    print(json.dumps({"beacon": beacon, "round": at, **message}), file=LOCKSMITH.stdin, flush=True)
    return {"hex": LOCKSMITH.stdout.readline().strip(), "round": at}


@check("time-locked commit for this network's beacon: its pulse opens it")
def timelocked(subtensor, tag):
    netuid, alice = netuids[tag], wallet("Alice")
    key = "0x" + alice.hotkey.public_key.hex()
    lock = locked(subtensor, weights={"hotkey": key, "uids": [0, 1], "values": [U16, 1_234], "version": 0})
    args = dict(netuid=netuid, mecid=0, commit=lock["hex"], reveal_round=lock["round"], commit_reveal_version=4)
    good(call(subtensor, alice, "SubtensorModule", "commit_timelocked_mechanism_weights", "hotkey", **args))
    while weights_of(subtensor, netuid) != [(0, U16), (1, 1_234)]:
        assert subtensor.last_drand_round() < lock["round"] + 10, weights_of(subtensor, netuid)
        subtensor.wait_for_block()
    root(subtensor, "sudo_set_commit_reveal_weights_enabled", netuid=netuid, enabled=False)


@check("commitment: comes back as written, has a limit, is for neurons only")
def commitment(subtensor, tag):
    netuid, bob = netuids[tag], wallet("Bob")
    root(subtensor, "set_max_space", module="Commitments", new_limit=3_100)
    good(subtensor.set_commitment(wallet=bob, netuid=netuid, data="what Bob says"))
    assert subtensor.get_commitment(netuid=netuid, uid=1) == "what Bob says"
    assert subtensor.get_all_commitments(netuid=netuid)[hotkey_of(bob)] == "what Bob says"
    refused(subtensor.set_commitment(wallet=wallet(f"Nobody-{tag}"), netuid=netuid, data="x"), "AccountNotAllowedCommit")
    root(subtensor, "set_max_space", module="Commitments", new_limit=20)
    refused(subtensor.set_commitment(wallet=bob, netuid=netuid, data="what Bob says at length"), "SpaceLimitExceeded")
    root(subtensor, "set_max_space", module="Commitments", new_limit=3_100)


@check("time-locked commitment: readable after its round")
def revealed_commitment(subtensor, tag):
    netuid, bob = netuids[tag], wallet("Bob")
    lock = locked(subtensor, text="what Bob hid")
    data = {"encrypted": bytes.fromhex(lock["hex"][2:]), "reveal_round": lock["round"]}
    given = dict(wallet=bob, netuid=netuid, data_type="TimelockEncrypted", data=data)
    if isinstance(subtensor, Blocking):
        good(subtensor._settled(publish_async(subtensor=subtensor._client, **given)))
    else:
        good(publish_metadata_extrinsic(subtensor=subtensor, **given))
    while not subtensor.get_revealed_commitment_by_hotkey(netuid, hotkey_of(bob)):
        assert subtensor.last_drand_round() < lock["round"] + 10, "the round came and went"
        subtensor.wait_for_block()
    [(block, text)] = subtensor.get_revealed_commitment_by_hotkey(netuid, hotkey_of(bob))
    assert text == "what Bob hid" and block <= subtensor.block, (block, text)
    # The client's own library opens it too, by the pulse that the chain holds. It wants the round behind the envelope.
    pulse = plain(subtensor.query_module("Drand", "Pulses", params=[lock["round"]]))
    wrapped = (len(data["encrypted"]) * 4 + 1).to_bytes(2, "little") + data["encrypted"] + lock["round"].to_bytes(8, "little")
    assert b"what Bob hid" in decrypt_with_signature(wrapped, raw(pulse["signature"]).hex())


@contextlib.contextmanager
def program(name: str, who: bt.Wallet, netuid: int, until: str):
    """A program of the subnet template, running as `who`; entered when it has printed `until`."""
    path = HERE.parent / "stubs" / "subnet-template" / f"{name}.py"
    options = ["--netuid", str(netuid), "--subtensor.network", URL]
    keys = ["--wallet.path", who.path, "--wallet.name", who.name, "--wallet.hotkey", "default"]
    # Only what it prints is read, so nothing else may fill a pipe.
    process = subprocess.Popen([sys.executable, str(path), *options, *keys], stdout=subprocess.PIPE, text=True)
    limit = threading.Timer(60, process.kill)
    limit.start()
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if until in line:
                break
        else:
            raise AssertionError(f"{name} ended early:\n{''.join(lines)}")
        yield
    finally:
        limit.cancel()
        process.terminate()
        process.wait()


@check("axon and dendrite: served on chain, found in the metagraph, and the pay follows the answers")
def incentive(subtensor, tag):
    netuid, alice, bob = netuids[tag], wallet("Alice"), wallet("Bob")
    root(subtensor, "sudo_set_commit_reveal_weights_enabled", netuid=netuid, enabled=False)
    with program("miner", bob, netuid, "Starting main loop"):
        axon = subtensor.metagraph(netuid).axons[1]
        assert (axon.ip, axon.port, axon.hotkey) == ("10.1.1.1", 8091, hotkey_of(bob)), axon
        with program("validator", alice, netuid, "Success"):
            pass
    epochs(subtensor, netuid, 2)
    owner, miner = subtensor.neurons(netuid)
    assert owner.validator_permit and owner.dividends == 1.0 and owner.validator_trust > 0.99, owner
    assert miner.incentive > 0.5 > owner.incentive and miner.consensus > 0.5 > owner.consensus, miner
    assert miner.stake.rao > 0 and miner.emission > 0, miner
    rows = dict(subtensor.bonds(netuid))
    assert [uid for uid, _ in rows[0]] == [0, 1] and rows[1] == [], rows


@check("metagraph: every view says the same")
def metagraph(subtensor, tag):
    netuid = netuids[tag]
    at = subtensor.block
    graph, neurons = subtensor.metagraph(netuid, lite=False, block=at), subtensor.neurons(netuid, block=at)
    info = subtensor.get_metagraph_info(netuid, block=at)
    assert graph.n.item() == len(neurons) == info.num_uids == 2
    for uid, neuron in enumerate(neurons):
        assert graph.hotkeys[uid] == neuron.hotkey == info.hotkeys[uid]
        assert bool(graph.validator_permit[uid]) == neuron.validator_permit == info.validator_permit[uid]
        for mine, theirs in ((graph.I, info.incentives), (graph.D, info.dividends), (graph.C, info.consensus)):
            assert abs(float(mine[uid]) - float(theirs[uid])) < 1e-4, (mine, theirs)
        assert neuron.last_update == int(graph.last_update[uid]) == info.last_update[uid]
    assert graph.W.shape == graph.B.shape == (2, 2) and float(graph.W[0][1]) > 0
    part = subtensor.get_metagraph_info(netuid, selected_indices=[0, 9, 52, 72], block=at)
    assert part.netuid == netuid and part.hotkeys == info.hotkeys and part.tempo is None and part.validators[0] == 1, part
    assert subtensor.subnet(netuid, block=at).netuid == netuid


@check("liquid alpha: off, bounds kept, on")
def liquid_alpha(subtensor, tag):
    netuid, alice = netuids[tag], wallet("Alice")
    values = dict(netuid=netuid, alpha_low=6_553, alpha_high=53_083)
    parameters = lambda: subtensor.get_subnet_hyperparameters(netuid)  # noqa: E731
    assert parameters().liquid_alpha_enabled is False
    refused(call(subtensor, alice, "AdminUtils", "sudo_set_alpha_values", **values), "LiquidAlphaDisabled")
    root(subtensor, "sudo_set_liquid_alpha_enabled", netuid=netuid, enabled=True)
    for wrong, error in (
        (dict(alpha_high=87), "AlphaHighTooLow"),
        (dict(alpha_low=0), "AlphaLowOutOfRange"),
        (dict(alpha_low=53_084), "AlphaLowOutOfRange"),
    ):
        refused(call(subtensor, alice, "AdminUtils", "sudo_set_alpha_values", **{**values, **wrong}), error)
    good(call(subtensor, alice, "AdminUtils", "sudo_set_alpha_values", **values))
    now = parameters()
    assert (now.liquid_alpha_enabled, now.alpha_low, now.alpha_high) == (True, 6_553, 53_083), now
    epochs(subtensor, netuid)
    assert subtensor.neurons(netuid)[1].incentive > 0.5


@check("root: registration, and its parameters")
def root_network(subtensor, tag):
    charlie = wallet("Charlie", f"RootSeat-{tag}")
    good(subtensor.burned_register(wallet=charlie, netuid=netuids[tag]))
    good(subtensor.root_register(wallet=charlie))
    root(subtensor, "sudo_set_subtoken_enabled", netuid=0, subtoken_enabled=True)
    seats = {neuron.hotkey: neuron.coldkey for neuron in subtensor.neurons(netuid=0)}
    assert seats[hotkey_of(charlie)] == charlie.coldkeypub.ss58_address, seats
    good(subtensor.add_stake(wallet=charlie, netuid=0, hotkey_ss58=hotkey_of(charlie), amount=bt.Balance.from_tao(50)))
    assert subtensor.get_stake(charlie.coldkeypub.ss58_address, hotkey_of(charlie), 0).tao == 50
    assert subtensor.min_allowed_weights(netuids[tag]) is not None
    assert subtensor.weights_rate_limit(netuids[tag]) == 0
    # Nothing reads weights of root any more: subnets are paid by what is staked and bought.
    weights = dict(netuid=0, dests=[1], weights=[1], version_key=0)
    refused(call(subtensor, charlie, "SubtensorModule", "set_weights", "hotkey", **weights), "CommitRevealEnabled")
    root(subtensor, "sudo_set_commit_reveal_weights_enabled", netuid=0, enabled=False)
    root(subtensor, "sudo_set_weights_set_rate_limit", netuid=0, weights_set_rate_limit=0)
    refused(call(subtensor, charlie, "SubtensorModule", "set_weights", "hotkey", **weights), "CanNotSetRootNetworkWeights")
    root(subtensor, "sudo_set_commit_reveal_weights_enabled", netuid=0, enabled=True)


@check("delegate: take within its bounds, and who delegates")
def delegate_take(subtensor, tag):
    charlie = wallet("Charlie", f"RootSeat-{tag}")
    root(subtensor, "sudo_set_tx_delegate_take_rate_limit", tx_rate_limit=0)
    assert abs(subtensor.get_delegate_take(hotkey_of(charlie)) - 0.18) < 1e-4
    good(subtensor.set_delegate_take(charlie, hotkey_of(charlie), 0.1))
    assert abs(subtensor.get_delegate_take(hotkey_of(charlie)) - 0.1) < 1e-4
    refused(subtensor.set_delegate_take(charlie, hotkey_of(charlie), 0.5), TAKE_TOO_HIGH)
    refused(subtensor.set_delegate_take(wallet("Bob"), hotkey_of(charlie), 0.05), NOT_ITS_COLDKEY)
    assert subtensor.is_hotkey_delegate(hotkey_of(charlie))
    given = dict(netuid=0, hotkey_ss58=hotkey_of(charlie), amount=bt.Balance.from_tao(3))
    good(subtensor.add_stake(wallet=wallet("Bob"), **given))
    nominators = subtensor.get_delegate_by_hotkey(hotkey_of(charlie)).nominators
    assert wallet("Bob").coldkeypub.ss58_address in nominators, nominators


@check("hotkeys: children wait for their cooldown and then inherit")
def children(subtensor, tag):
    netuid, bob, child = netuids[tag], wallet("Bob"), wallet("Charlie", f"RootSeat-{tag}")
    good(subtensor.root_set_pending_childkey_cooldown(wallet("Alice"), 0))
    same = [(0.5, hotkey_of(child)), (0.5, hotkey_of(child))]
    given = dict(wallet=bob, netuid=netuid, hotkey_ss58=hotkey_of(bob))
    refused(subtensor.set_children(**given, children=same), "DuplicateChild")
    # A cooldown of no blocks ends with the next epoch, which must not come between the call and the question.
    epochs(subtensor, netuid)
    good(subtensor.set_children(**given, children=[(0.5, hotkey_of(child))]))
    pending, _ = subtensor.get_children_pending(hotkey_of(bob), netuid)
    assert [ss58 for _, ss58 in pending] == [hotkey_of(child)], pending
    while subtensor.get_children(hotkey_of(bob), netuid)[1] == []:
        epochs(subtensor, netuid)
    assert subtensor.get_children(hotkey_of(bob), netuid) == (True, [(0.5, hotkey_of(child))], "")
    assert subtensor.get_parents(hotkey_of(child), netuid) == [(0.5, hotkey_of(bob))]


@check("hotkeys: associated with a coldkey, then swapped with place and stake")
def hotkeys(subtensor, tag):
    netuid, first = netuids[tag], wallet("Charlie", f"First-{tag}")
    second = wallet("Charlie", f"Second-{tag}")
    coldkey = first.coldkeypub.ss58_address
    good(call(subtensor, first, "SubtensorModule", "try_associate_hotkey", hotkey=hotkey_of(first)))
    assert subtensor.get_hotkey_owner(hotkey_of(first)) == coldkey
    assert hotkey_of(first) in subtensor.get_owned_hotkeys(coldkey)
    good(subtensor.burned_register(wallet=first, netuid=netuid))
    good(subtensor.add_stake(wallet=first, netuid=netuid, hotkey_ss58=hotkey_of(first), amount=bt.Balance.from_tao(5)))
    uid = subtensor.get_uid_for_hotkey_on_subnet(hotkey_of(first), netuid)
    swap = dict(hotkey=hotkey_of(first), new_hotkey=hotkey_of(second), netuid=None)
    good(call(subtensor, first, "SubtensorModule", "swap_hotkey", **swap))
    assert subtensor.get_uid_for_hotkey_on_subnet(hotkey_of(second), netuid) == uid
    assert not subtensor.is_hotkey_registered(hotkey_ss58=hotkey_of(first), netuid=netuid)
    assert subtensor.get_stake(coldkey, hotkey_of(second), netuid).rao > 0


@check("coldkey swap: announced, locked until its block, carried out; disputed and reset by root")
def coldkey_swap(subtensor, tag):
    old, new = wallet(f"Old-{tag}"), wallet(f"New-{tag}")
    old_key, new_key = old.coldkeypub.ss58_address, new.coldkeypub.ss58_address
    root(subtensor, "sudo_set_coldkey_swap_announcement_delay", duration=40)
    good(subtensor.transfer(wallet=wallet("Alice"), destination_ss58=old_key, amount=bt.Balance.from_tao(100)))
    good(subtensor.announce_coldkey_swap(wallet=old, new_coldkey_ss58=new_key))
    announced = subtensor.get_coldkey_swap_announcement(coldkey_ss58=old_key)
    assert announced.coldkey == old_key and announced.execution_block > subtensor.block, announced
    small = bt.Balance.from_tao(1)
    refused(subtensor.transfer(wallet=old, destination_ss58=new_key, amount=small), SWAP_ANNOUNCED)
    early = call(subtensor, old, "SubtensorModule", "swap_coldkey_announced", new_coldkey=new_key)
    refused(early, "ColdkeySwapTooEarly")
    subtensor.wait_for_block(announced.execution_block + 1)
    good(subtensor.swap_coldkey_announced(wallet=old, new_coldkey_ss58=new_key))
    assert subtensor.get_coldkey_swap_announcement(coldkey_ss58=old_key) is None
    assert subtensor.get_balance(old_key).rao == 0 and subtensor.get_balance(new_key).tao > 99

    good(subtensor.announce_coldkey_swap(wallet=new, new_coldkey_ss58=old_key))
    good(subtensor.dispute_coldkey_swap(wallet=new))
    assert subtensor.get_coldkey_swap_dispute(coldkey_ss58=new_key) is not None
    refused(subtensor.transfer(wallet=new, destination_ss58=old_key, amount=small), SWAP_DISPUTED)
    root(subtensor, "reset_coldkey_swap", module="SubtensorModule", coldkey=new_key)
    assert subtensor.get_coldkey_swap_dispute(coldkey_ss58=new_key) is None
    good(subtensor.transfer(wallet=new, destination_ss58=old_key, amount=small))


check.run(URL)
