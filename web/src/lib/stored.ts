/** A setting kept in the browser; without storage it lasts as long as the page. */
import { type Cell, cell } from "./cell";

export function stored<Word extends string>(name: string, words: readonly Word[], first: Word): Cell<Word> {
  const kept = cell(read(name, words) ?? first);
  return {
    ...kept,
    set: (word) => {
      try {
        localStorage.setItem(name, word);
      } catch {
        // Storage may be forbidden.
      }
      kept.set(word);
    },
  };
}

function read<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
  try {
    const word = localStorage.getItem(name);
    return words.find((known) => known === word);
  } catch {
    return undefined;
  }
}
