/** Units of value. 1 TAO = 1 alpha = 1,000,000,000 rao. */

/** Rao in one TAO (and alpha-rao in one alpha). */
export const RAO_PER_TAO = 1_000_000_000n

/** Largest value a u16 fraction has: 65535 stands for 100 %. */
export const U16_ONE = 65_535

/** Rao for a decimal amount of TAO, as in `tao('1.5')`. */
export function tao(amount: string | number): bigint {
  const [whole = '0', fraction = ''] = String(amount).split('.')
  const sign = whole.startsWith('-') ? -1n : 1n
  return BigInt(whole) * RAO_PER_TAO + sign * BigInt(fraction.padEnd(9, '0').slice(0, 9))
}

/** TAO as a decimal text with trailing zeros removed: `formatTao(1_500_000_000n)` is `1.5`. */
export function formatTao(rao: bigint): string {
  const negative = rao < 0n
  const value = negative ? -rao : rao
  const fraction = (value % RAO_PER_TAO).toString().padStart(9, '0').replace(/0+$/, '')
  return `${negative ? '-' : ''}${value / RAO_PER_TAO}${fraction ? `.${fraction}` : ''}`
}
