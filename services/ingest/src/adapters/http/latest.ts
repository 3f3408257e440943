/** What `make` makes of the value that `read` gives now, made anew only when that is another one. */
export function latest<A, B>(read: () => A, make: (value: A) => B): () => B {
  let from = read();
  let made = make(from);
  return () => {
    const now = read();
    if (now !== from) [from, made] = [now, make(now)];
    return made;
  };
}
