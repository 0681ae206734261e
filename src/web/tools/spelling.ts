/* Place names in any spelling: transliterations of Arabic differ in vowels, doubled letters, articles and dashes. */

/** What is left of a name when everything is taken away that spellings differ in. */
export function skeleton(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[’'ʿʾ`‘]/g, '')
    .replace(/[أإآٱ]/g, 'ا')
    .replace(/ى/g, 'ي')
    .replace(/ة/g, 'ه')
    .replace(/ı/g, 'i');
  const words = plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  // The article, alone or assimilated to the letter that follows: al-, an-, as-, ash-, at-, ad-, ar-, az-, el-.
  const bare = words.filter(
    (word, i) => words.length === 1 || !(i < words.length - 1 && /^(a[lnstdrz]|ash|el|ال)$/.test(word)),
  );
  return bare
    .map((word) =>
      word
        .replace(/^ال(?=.{3})/, '')
        .replace(/kh/g, 'x')
        .replace(/gh/g, 'g')
        .replace(/sh|ch|ş/g, 's')
        .replace(/dh|th/g, (pair) => pair.charAt(0))
        .replace(/q|c/g, 'k')
        .replace(/j/g, 'g')
        .replace(/v|w/g, 'u')
        .replace(/y/g, 'i')
        .replace(/[aeiou]/g, '')
        .replace(/h$/, '')
        .replace(/(.)\1+/g, '$1'),
    )
    .join('');
}

/** How well a name answers a question: 0 not at all, 3 as written, 2 by its beginning, 1 by its skeleton. */
export function likeness(requested: string, names: readonly string[]): number {
  const plain = requested.trim().toLowerCase();
  if (plain === '') return 0;
  const bones = skeleton(requested);
  return Math.max(
    0,
    ...names.map((name) => {
      const own = name.toLowerCase();
      if (own === plain) return 3;
      if (own.startsWith(plain) || (plain.length > 2 && own.includes(plain))) return 2;
      const kept = skeleton(name);
      if (bones.length < 2 || kept === '') return 0;
      return kept === bones ? 1.5 : bones.length > 2 && kept.startsWith(bones) ? 1 : 0;
    }),
  );
}
