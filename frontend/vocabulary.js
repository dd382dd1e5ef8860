// The words that the list of suggestions draws on: prefixes, terms and concepts of this site, from /vocab.json.

const NOTHING = { prefixes: {}, terms: [], concepts: [] };

/** Returns a holder of the vocabulary at an address. It is asked for once; what could not be had is asked for again. */
export function vocabulary(address) {
  let asked = null;
  const holder = {
    /** What is known now; nothing before it was loaded. */
    known: NOTHING,
    /** Returns a promise of the vocabulary. It never fails: without it keywords and variables are still suggested. */
    load() {
      asked ??= fetched(address).then(
        (found) => (holder.known = found),
        (error) => {
          console.warn(`The list of terms could not be had from ${address}: ${error.message}`);
          asked = null;
          return NOTHING;
        },
      );
      return asked;
    },
  };
  return holder;
}

async function fetched(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}
