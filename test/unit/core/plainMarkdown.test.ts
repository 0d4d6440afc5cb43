import { describe, expect, it } from 'vitest';
import { plainMarkdown } from '../../../server/src/core/text/plainMarkdown';

describe('plainMarkdown', () => {
  it.each([
    ['![x](https://a.b/c.png)', '\\![x](https://a.b/c.png)'],
    ['![x][ref]\n\n[ref]: https://a.b/c.png', '\\![x][ref]\n\n[ref]: https://a.b/c.png'],
    ['<img src="https://a.b/c.png">', '&lt;img src="https://a.b/c.png">'],
    ['<style>@import url(https://a.b)</style>', '&lt;style>@import url(https://a.b)&lt;/style>'],
    ['[![x](https://a.b)](https://c.d)', '[\\![x](https://a.b)](https://c.d)'],
    ['# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |', '# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |'],
    ['Wow! [link](https://a.b)', 'Wow! [link](https://a.b)'],
  ])('%j becomes %j', (card, shown) => expect(plainMarkdown(card)).toBe(shown));
});
