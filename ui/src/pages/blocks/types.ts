/** Blocks as the API tells them, and the forms that their schemas make. */

import { isObject, type Json, type JsonObject, type Schema, type Value } from "../../parts/schema/model";

export interface BlockType {
  id: string;
  name: string;
  slug: string;
  description: string | null;
  documentation_url: string | null;
  code_example: string | null;
  is_protected: boolean;
}

type Reference = { block_type_slug: string } | { block_type_slug: string }[];

export interface Fields extends Schema {
  secret_fields?: string[];
  block_schema_references?: Record<string, Reference>;
}

export interface BlockSchema {
  id: string;
  fields: Fields;
  capabilities: string[];
  version: string;
  block_type_id: string;
  block_type?: BlockType;
}

export interface Block {
  id: string;
  name: string;
  created: string;
  updated: string;
  data: JsonObject;
  block_schema_id: string;
  block_schema: BlockSchema | null;
  block_type_id: string;
  block_type: BlockType | null;
  block_document_references: Record<string, { block_document: { id: string; name: string } }>;
}

/** The schema of a block as a form draws it: secrets are hidden, other blocks are picked. */
export function formOf(fields: Fields): Schema {
  const secrets = new Set((fields.secret_fields ?? []).map((path) => path.split(".")[0] ?? path));
  const references = fields.block_schema_references ?? {};
  const properties: Record<string, Schema> = {};
  for (const [name, each] of Object.entries(fields.properties ?? {})) {
    const reference = references[name];
    const slug = Array.isArray(reference) ? reference[0]?.block_type_slug : reference?.block_type_slug;
    if (slug) properties[name] = { title: each.title ?? name, description: each.description, blockTypeSlug: slug };
    else if (secrets.has(name) && each.type === "string") properties[name] = { ...each, format: "password" };
    else properties[name] = each;
  }
  // the slug of the block itself would make all of it a block to pick
  const { block_type_slug: _, blockTypeSlug: __, ...rest } = fields;
  return { ...rest, type: "object", properties };
}

/** The values of a block as its form begins with them. */
export function valuesOf(block: Block): JsonObject {
  const values = { ...block.data };
  for (const [name, { block_document }] of Object.entries(block.block_document_references ?? {}))
    values[name] = { $ref: { block_document_id: block_document.id } };
  return values;
}

/** What is saved: where the form still has what was masked, the true value stays. */
export function unmasked(next: Value, masked: Value, original: Value): Value {
  if (next === masked && typeof next === "string") return original;
  if (Array.isArray(next) && Array.isArray(masked) && Array.isArray(original))
    return next.map((each, at) => unmasked(each, masked[at], original[at]) as Json);
  if (!isObject(next) || !isObject(masked) || !isObject(original)) return next;
  return Object.fromEntries(
    Object.entries(next).map(([key, each]) => [key, (unmasked(each, masked[key], original[key]) ?? null) as Json]),
  );
}

/** How a program loads a block of this type. */
export function loadSnippet(type: BlockType, name: string): string {
  const found = /^\s*from (prefect[\w.]*) import (?:\()?\s*(\w+)/m.exec(type.code_example ?? "");
  if (!found)
    return `from prefect.blocks.core import Block\n\nblock = Block.load(${JSON.stringify(`${type.slug}/${name}`)})`;
  const [, module, kind] = found;
  return `from ${module} import ${kind}\n\nblock = ${kind}.load(${JSON.stringify(name)})`;
}
