/** The thing that a name refers to: `user` for `userUuid`, `user_uuid` and `userUuids`. */
export function namedThing(name: string): string {
  return /^(.+?)_?uuids?$/i.exec(name)?.[1] ?? name;
}
