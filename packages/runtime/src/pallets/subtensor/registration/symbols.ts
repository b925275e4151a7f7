/**
 * Symbols of subnets' alpha. Each subnet has one that no other has; root has the first.
 *
 * subtensor 14bc6f9 pallets/subtensor/src/subnets/symbols.rs
 */
import { bytesEqual, utf8ToBytes } from '@neurite/primitives/bytes'
import type { Ctx } from '../../../frame/index.ts'
import { storage } from '../storage/index.ts'

/** By place: the symbol a subnet of that index gets if it is free. Mostly letters of one alphabet after another. */
export const SYMBOLS: readonly string[] = `
Τ α β γ δ ε ζ η θ ι κ λ μ ν ξ ο π ρ σ t υ φ χ ψ ω א ב ג ד ה ו ז ח ט י ך כ ל ם מ ן נ ס ע ף פ ץ צ ק ר
ש ת ا ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ي ى ᚠ ᚢ ᚦ ᚨ ᚱ ᚳ Ы ᛉ ᛒ \u{1680} ᚁ ᚂ ᚃ ᚄ ᚅ ᚛ ა ბ გ
დ ე ვ Ա Բ Գ Դ Ե Զ ՞ Ѐ Ё Ђ Ѓ Є Ѕ ъ Ⲁ ⲁ Ⲃ ⲃ Ⲅ ⲅ 𑀀 𑀁 𑀂 𑀃 𑀅 න ඳ ප ඵ බ භ Ⰰ Ⰱ Ⰲ Ⰳ Ⰴ Ⰵ Ⰶ Ⰷ Ⰸ Ⰹ Ⰺ Ⰻ Ⰼ Ⰽ Ⰾ Ⰿ
Ⱀ Ⱁ Ⱂ Ⱃ Ⱄ Ⱅ Ⱆ Ⱇ Ⱈ Ⱉ Ⱊ Ⱋ Ⱌ Ⱍ Ⱎ Ⱏ Ⱐ ก ข ฃ ค ฅ ฆ ง จ ฉ ช ซ ฌ ญ ฎ ฏ ฐ ฑ ฒ ณ ด ต ถ ท ธ น บ ป ผ ฝ พ ฟ ภ ม
ย ร ล ว ศ ษ ส ห ฬ อ ฮ ㄱ ㄴ ㄷ ㄹ ㅁ ㅂ ㅅ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅘ ㅙ ㅚ ㅛ ㅜ ㅝ ㅞ ㅟ ㅠ ㅡ ㅢ ㅣ አ ኡ ኢ ኣ
ኤ እ ኦ ኧ ወ ዉ ዊ ዋ ዌ ው ዎ ኰ ኱ ኲ ኳ ኴ ኵ ኶ ጐ ጑ ጒ መ ጔ ጕ ጖ अ आ इ ई उ ऊ ऋ ए ऐ ओ औ क ख ग घ ङ च छ ज झ ञ ट ठ ड ढ
ण त थ द ध न प फ ब भ म य र ल व श ष स ह ア イ ウ エ オ カ キ ク ケ コ サ シ ス セ ソ タ チ ツ テ ト ナ ニ ヌ ネ ノ ハ ヒ フ ヘ ホ マ
ミ ム メ モ ヤ ユ ヨ ラ リ ル レ ロ ワ ヲ ン ⴰ ⴱ ⴲ ⴳ ⴴ ⴵ ⴶ ⴷ ⴸ ⴹ ⴺ ⴻ ⴼ ⴽ ⴾ ⴿ ⵀ ⵁ ⵂ ⵃ ⵄ ⵅ ⵆ ⵇ ⵈ ⵉ ⵊ ⵋ ⵌ ⵍ ⵎ ⵏ ⵐ ⵑ ⵒ
ⵓ අ ආ ඉ ඊ උ ඌ ඍ ඎ ඏ ඐ එ ඒ ඓ ඔ ඕ ඖ ක ඛ ග ඝ ඞ ච ඡ ජ ඣ ඤ ට ඥ ඦ ඩ ඨ ඪ ණ ඬ ත ථ ද ධ
`
  .trim()
  // Only blanks and line ends separate: the Ogham space mark is a symbol.
  .split(/[ \n]+/)

const SYMBOL_BYTES = SYMBOLS.map(utf8ToBytes)

export function isSymbolUsed(ctx: Ctx, symbol: Uint8Array): boolean {
  for (const [, used] of storage.TokenSymbol.entries(ctx)) if (bytesEqual(used, symbol)) return true
  return false
}

/** Symbol for a new subnet: its own, else the first that is free, else root's. */
export function nextSymbol(ctx: Ctx, netuid: number): Uint8Array {
  const own = SYMBOL_BYTES[netuid] ?? SYMBOL_BYTES[0]!
  if (!isSymbolUsed(ctx, own)) return own
  const used = new Set([...storage.TokenSymbol.entries(ctx)].map(([, symbol]) => symbol.join()))
  return SYMBOL_BYTES.find((symbol, place) => place > 0 && !used.has(symbol.join())) ?? SYMBOL_BYTES[0]!
}

/** Whether a subnet may choose the symbol at all: it is in the table and not root's. */
export function isKnownSymbol(symbol: Uint8Array): boolean {
  return SYMBOL_BYTES.some((known, place) => place > 0 && bytesEqual(known, symbol))
}
