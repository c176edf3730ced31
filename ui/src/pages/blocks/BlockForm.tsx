/** Makes a block of a kind, or changes one; a draft that is not saved stays for the session, but for its secrets. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";

import type { PageProps } from "../../app";
import { ApiError, api } from "../../api/client";
import { changed, useGet, usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { TextField } from "../../parts/Field";
import { Markdown } from "../../parts/Markdown";
import { fromFields, NONE, type Problems } from "../../parts/schema/check";
import { definitionsOf, initial, widgetOf, type JsonObject } from "../../parts/schema/model";
import { SchemaForm } from "../../parts/schema/SchemaForm";
import { useTitle } from "../../parts/title";
import { say } from "../../shell/Toasts";
import { NotFound } from "../NotFound";
import { Letter } from "./Letter";
import { formOf, unmasked, valuesOf, type Block, type BlockSchema, type BlockType } from "./types";

const NAME = /^[a-z0-9-]+$/;

export default function BlockForm({ params }: PageProps) {
  return params["id"] ? <Changed id={params["id"]} /> : <New slug={params["slug"] ?? ""} />;
}

function Changed({ id }: { id: string }) {
  const found = useGet<Block>(`/block_documents/${id}`);
  if (found.error instanceof ApiError && [404, 422].includes(found.error.status)) return <NotFound what="block" id={id} />;
  return (
    <Answer of={found}>
      {(block) =>
        block.block_type && block.block_schema ? <Form type={block.block_type} schema={block.block_schema} of={block} /> : null
      }
    </Answer>
  );
}

function New({ slug }: { slug: string }) {
  const type = useGet<BlockType>(`/block_types/slug/${slug}`);
  const id = type.data?.id;
  const schemas = usePost<BlockSchema[]>(id ? "/block_schemas/filter" : null, { block_schemas: { block_type_id: { any_: [id] } }, limit: 1 });
  if (type.error instanceof ApiError && type.error.status === 404) return <NotFound what="kind of block" id={slug} />;
  return (
    <Answer of={type}>
      {(each) => (
        <Answer of={schemas}>
          {([schema]) => (schema ? <Form type={each} schema={schema} /> : <Empty title="It has no form">The kind was registered without a schema: register its class once more.</Empty>)}
        </Answer>
      )}
    </Answer>
  );
}

function Form({ type, schema, of }: { type: BlockType; schema: BlockSchema; of?: Block }) {
  useTitle(of ? `Edit ${of.name}` : `Create ${type.name}`);
  const [, go] = useLocation();
  const form = useMemo(() => formOf(schema.fields), [schema.id]);
  const key = `draft:${of?.id ?? type.slug}`;
  const start = useMemo(
    () => (of ? valuesOf(of) : ((initial(form, definitionsOf(form)) ?? {}) as JsonObject)),
    [form],
  );
  const [values, setValues] = useState<JsonObject>(() => (of ? start : { ...start, ...draft(key) }));
  const [name, setName] = useState(of?.name ?? "");
  const [isGood, judge] = useState(true);
  const [told, setTold] = useState<Problems>(NONE);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => {
    if (of) return;
    const open = Object.entries(values).filter(([field]) => widgetOf(form.properties?.[field] ?? {}) !== "secret" && !isSecret(schema, field));
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(open)));
  }, [values]);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      let id = of?.id;
      if (of) {
        const original = await api<Block>("GET", `/block_documents/${of.id}?include_secrets=true`);
        const data = unmasked(values, start, valuesOf(original));
        await api("PATCH", `/block_documents/${of.id}`, { body: { data, merge_existing_data: false, block_schema_id: schema.id } });
      } else {
        const body = { name, data: values, block_schema_id: schema.id, block_type_id: type.id };
        id = (await api<Block>("POST", "/block_documents/", { body })).id;
        sessionStorage.removeItem(key);
      }
      say(`${name} is saved.`);
      changed("/block_documents");
      go(`/blocks/block/${id}`);
    } catch (error) {
      setWrong((error as Error).message);
      if (error instanceof ApiError) setTold(fromFields(error.fields, "data"));
    }
  };
  const isBadName = name !== "" && !NAME.test(name);
  return (
    <div class="page">
      <header>
        <span class="trail">
          <Link href="/blocks">Blocks</Link> / <h1>{of ? of.name : `New ${type.name}`}</h1>
        </span>
      </header>
      <div class="two-columns">
        <form class="panel stack" style="padding: var(--gap-4)" onSubmit={(event) => void save(event)}>
          {!of && (
            <TextField
              label="Name"
              value={name}
              change={setName}
              isFirst
              hint="Lower case letters, digits and dashes"
              wrong={isBadName ? "may only have lower case letters, digits and dashes" : null}
            />
          )}
          <SchemaForm schema={form} values={values} change={setValues} judge={judge} told={told} label={type.name} />
          {wrong && (
            <p class="problem" role="alert">
              {wrong}
            </p>
          )}
          <div class="row" style="justify-content: flex-end">
            <Link class="button" href={of ? `/blocks/block/${of.id}` : `/blocks/catalog/${type.slug}`}>
              Leave it
            </Link>
            <button class="button primary" type="submit" disabled={!isGood || (!of && !NAME.test(name))}>
              {of ? "Save" : "Create"}
            </button>
          </div>
        </form>
        <aside class="panel card">
          <span class="row">
            <Letter name={type.name} /> <b>{type.name}</b>
          </span>
          {type.description && <Markdown text={type.description} />}
        </aside>
      </div>
    </div>
  );
}

function isSecret(schema: BlockSchema, field: string): boolean {
  return (schema.fields.secret_fields ?? []).some((each) => each === field || each.startsWith(`${field}.`));
}

function draft(key: string): JsonObject {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? "{}") as JsonObject;
  } catch {
    return {}; // storage is switched off, or holds something else
  }
}
