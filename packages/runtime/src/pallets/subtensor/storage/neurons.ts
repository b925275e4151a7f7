/** Neurons: places on a subnet, what their hotkeys serve, and what the latest epoch found. */
import { accountId, alphaBalance, bool, h256, netuid, tuple, u16, u64, vec } from '@neurite/primitives/scale'
import { blake2_128Concat, identity, map, twox64Concat } from '../../../frame/index.ts'
import { P } from '../declare.ts'
import { AxonInfo, NeuronCertificate, netuidIndex, PrometheusInfo, sparseRow, timelockedCommits } from '../types.ts'

export const neuronStorage = P.storage({
  /** Number of neurons. */
  SubnetworkN: map({ netuid: identity(netuid) }, u16),
  /** Place of a hotkey on the subnet. */
  Uids: map({ netuid: identity(netuid), hotkey: blake2_128Concat(accountId) }, u16).optional(),
  /** Hotkey at a place. */
  Keys: map({ netuid: identity(netuid), uid: identity(u16) }, accountId),
  /** True while the hotkey has a place on the subnet. */
  IsNetworkMember: map({ hotkey: blake2_128Concat(accountId), netuid: identity(netuid) }, bool),
  /** By uid: whether the neuron set weights recently. */
  Active: map({ netuid: identity(netuid) }, vec(bool)),
  /** By uid: the weight that a majority of stake supports. @unit u16 fraction */
  Consensus: map({ netuid: identity(netuid) }, vec(u16)),
  /** By uid: share of the miners' emission, per mechanism. @unit u16 fraction */
  Incentive: map({ index: identity(netuidIndex) }, vec(u16)),
  /** By uid: share of the validators' emission. @unit u16 fraction */
  Dividends: map({ netuid: identity(netuid) }, vec(u16)),
  /** By uid: alpha earned at the latest epoch. @unit alpha-rao */
  Emission: map({ netuid: identity(netuid) }, vec(alphaBalance)),
  /** By uid: block of the latest weights, per mechanism. @unit block */
  LastUpdate: map({ index: identity(netuidIndex) }, vec(u64)),
  /** By uid: how much of the validator's weights consensus kept. @unit u16 fraction */
  ValidatorTrust: map({ netuid: identity(netuid) }, vec(u16)),
  /** By uid: whether the neuron may set weights on others. */
  ValidatorPermit: map({ netuid: identity(netuid) }, vec(bool)),
  /** By uid: share of the subnet's stake. @unit u16 fraction */
  StakeWeight: map({ netuid: identity(netuid) }, vec(u16)),
  /** Weights that a validator gave: pairs of uid and weight, per mechanism. @unit u16 fraction */
  Weights: map({ index: identity(netuidIndex), uid: identity(u16) }, sparseRow).withKnownKeys(),
  /** Bonds that a validator holds: pairs of uid and bond, per mechanism. @unit u16 fraction */
  Bonds: map({ index: identity(netuidIndex), uid: identity(u16) }, sparseRow).withKnownKeys(),
  /** Commits not yet revealed: hash, epoch, block, 0; with the older clock, hash, block, first and last block of the reveal. */
  WeightCommits: map(
    { index: twox64Concat(netuidIndex), hotkey: twox64Concat(accountId) },
    vec(tuple(h256, u64, u64, u64)),
  ).optional(),
  /** Encrypted weights that the chain opens when their round is out. */
  TimelockedWeightCommits: map({ index: twox64Concat(netuidIndex), epoch: twox64Concat(u64) }, timelockedCommits),
  /** Where the hotkey answers requests. */
  Axons: map({ netuid: identity(netuid), hotkey: blake2_128Concat(accountId) }, AxonInfo).optional(),
  /** Certificate for TLS with the hotkey. */
  NeuronCertificates: map(
    { netuid: identity(netuid), hotkey: blake2_128Concat(accountId) },
    NeuronCertificate,
  ).optional(),
  /** Where the hotkey serves its metrics. */
  Prometheus: map({ netuid: identity(netuid), hotkey: blake2_128Concat(accountId) }, PrometheusInfo).optional(),
})
