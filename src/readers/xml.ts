/** The five entities of XML and numbered signs, and no other: a file cannot define one of its own. */
export const entitiesIn = (text: string): string =>
  text.replaceAll(/&(?:(lt|gt|amp|quot|apos)|#x([0-9A-Fa-f]{1,6})|#(\d{1,7}));/g, (whole, name, hex, decimal) => {
    if (name) return NAMED[name as keyof typeof NAMED];
    const code = Number.parseInt(hex ?? decimal, hex ? 16 : 10);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole;
  });

const NAMED = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" } as const;
