/** What an event is about, as a link where it has a page. */

import { Link } from "wouter-preact";

import { nameOf, placeOf, type Related } from "./types";

export function Resource({ of }: { of: Related }) {
  const place = placeOf(of);
  const name = nameOf(of);
  return place ? (
    <Link href={place} title={of["prefect.resource.id"]}>
      {name}
    </Link>
  ) : (
    <span title={of["prefect.resource.id"]}>{name}</span>
  );
}
