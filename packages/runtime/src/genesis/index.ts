/** First states of networks. */
export { DEV_ACCOUNTS, DEV_VOTERS, type DevAccount, ETHEREUM_DEV_ACCOUNTS } from './devAccounts.ts'
export {
  devGenesis,
  type GenesisConfig,
  type GenesisOptions,
  localGenesis,
  NETWORK_FACTS,
  type NetworkName,
  networkGenesis,
} from './networks.ts'
export { FIRST_NETUID, FIRST_POOL_TAO, type SubtensorGenesis, writeSubtensorGenesis } from './subtensor.ts'
