/** Emission per block: how much, to which subnet, at which price. */
import {
  alphaBalance,
  bool,
  i64,
  i64f64,
  i96f32,
  netuid,
  taoBalance,
  tuple,
  u16,
  u64,
  u64f64,
  u96f32,
  u128,
} from '@neurite/primitives/scale'
import { identity, map, value } from '../../../frame/index.ts'
import { constants } from '../constants.ts'
import { P } from '../declare.ts'

export const coinbaseStorage = P.storage({
  /** All TAO that exists, staked and locked included. @unit rao */
  TotalIssuance: value(taoBalance).default(constants.InitialIssuance),
  /** TAO made per block before halvings. @unit rao */
  BlockEmission: value(u64).default(1_000_000_000n),
  /** Weight of root TAO against alpha in validator power. @unit fraction of 2^64-1 */
  TaoWeight: value(u64).default(constants.InitialTaoWeight),
  /** Share of a subnet's alpha that its owner gets. @unit u16 fraction */
  SubnetOwnerCut: value(u16).default(constants.InitialSubnetOwnerCut),
  /** True while the owner gets that share. */
  OwnerCutEnabled: map({ netuid: identity(netuid) }, bool).default(true),
  /** False stops TAO and alpha from flowing into the pool; payouts to neurons go on. */
  SubnetEmissionEnabled: map({ netuid: identity(netuid) }, bool).default(true),
  /** TAO in the pool. @unit rao */
  SubnetTAO: map({ netuid: identity(netuid) }, taoBalance),
  /** Alpha in the pool. @unit alpha-rao */
  SubnetAlphaIn: map({ netuid: identity(netuid) }, alphaBalance),
  /** Alpha outside the pool: staked or pending. @unit alpha-rao */
  SubnetAlphaOut: map({ netuid: identity(netuid) }, alphaBalance),
  /** Alpha that the protocol itself bought and holds. @unit alpha-rao */
  SubnetProtocolAlpha: map({ netuid: identity(netuid) }, alphaBalance),
  /** TAO put into the pool in the latest block. @unit rao */
  SubnetTaoInEmission: map({ netuid: identity(netuid) }, taoBalance),
  /** Alpha put into the pool in the latest block. @unit alpha-rao */
  SubnetAlphaInEmission: map({ netuid: identity(netuid) }, alphaBalance),
  /** Alpha given to the subnet's participants in the latest block. @unit alpha-rao */
  SubnetAlphaOutEmission: map({ netuid: identity(netuid) }, alphaBalance),
  /** TAO spent on buying alpha in the latest block. @unit rao */
  SubnetExcessTao: map({ netuid: identity(netuid) }, taoBalance),
  /** TAO that root dividends fetched in the latest block. @unit rao */
  SubnetRootSellTao: map({ netuid: identity(netuid) }, taoBalance),
  /** TAO traded through the pool since the subnet began. @unit rao */
  SubnetVolume: map({ netuid: identity(netuid) }, u128),
  /** Moving average of the price. @unit I96F32 bits, TAO per alpha */
  SubnetMovingPrice: map({ netuid: identity(netuid) }, i96f32),
  /** Weight of the newest price in that average, before the start-up ramp. @unit I96F32 bits */
  SubnetMovingAlpha: value(i96f32).default(0x3255n),
  /** Blocks after which the start-up ramp of the moving price is half done. @unit blocks */
  EMAPriceHalvingBlocks: map({ netuid: identity(netuid) }, u64).default(constants.InitialEmaPriceHalvingPeriod),
  /** Share of root in the subnet's dividends in the latest block. @unit U96F32 bits */
  RootProp: map({ netuid: identity(netuid) }, u96f32),
  /** Net TAO that users moved in since the latest update. @unit rao */
  SubnetTaoFlow: map({ netuid: identity(netuid) }, i64),
  /** Moving average of that flow and the block it was updated in. @unit block, I64F64 bits */
  SubnetEmaTaoFlow: map({ netuid: identity(netuid) }, tuple(u64, i64f64)).optional(),
  /** Net TAO that the protocol moved in since the latest update. @unit rao */
  SubnetProtocolFlow: map({ netuid: identity(netuid) }, i64),
  /** Moving average of that flow and the block it was updated in. @unit block, I64F64 bits */
  SubnetEmaProtocolFlow: map({ netuid: identity(netuid) }, tuple(u64, i64f64)).optional(),
  /** True when the protocol's flow is subtracted from the users' before emission is shared. */
  NetTaoFlowEnabled: value(bool).default(true),
  /** Flow below which a subnet gets no emission. @unit I64F64 bits */
  TaoFlowCutoff: value(i64f64),
  /** Power to which flows are raised before sharing. @unit U64F64 bits */
  FlowNormExponent: value(u64f64).default(1n << 64n),
  /** Weight of the newest flow in its average. @unit fraction of 2^63-1 */
  FlowEmaSmoothingFactor: value(u64).default(29_597_889_189_277n),
})
