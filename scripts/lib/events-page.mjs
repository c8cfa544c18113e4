import { readFileSync } from "node:fs";
import ts from "typescript";
import { code, page, table } from "./markdown.mjs";

/** The events of a run: codes with their meaning from `EVENT_CODES`, data from the type of the event's body. */
export function eventsPage(load, source) {
  const { EVENT_CODES } = load("convergence/events.ts");
  const data = dataOfEvents(source);
  return page(
    "Events",
    "Everything that happens while a plan is executed is an event with a stable code. The terminal, the JSON lines of `topoform apply --json`, Terraform's log and programs that use `topoform/engine` listen to the same events. Codes are never renamed and never used for something else.",
    `With \`--json\` each event is one line; ids and row counts are decimal text, \`at\` is milliseconds since the epoch:\n\n${code("json", '{"format_version":1,"type":"event","cluster":"prod","at":1750000000000,"code":"MOVE_SUBMITTED","procedure":"2f6a…","move":{"kind":"move-region","table":{"database":"public","name":"cpu"},"partition":"host < \'g\'","region":"4398046511104","from":"3","to":"2","sizeBytes":"1258291","reason":"pinned"}}')}`,
    table(
      ["Code", "Meaning", "Data"],
      Object.entries(EVENT_CODES).map(([name, meaning]) => [`\`${name}\``, meaning, (data.get(name) ?? []).join(", ")]),
    ),
  );
}

/** Field texts by code, read off the union `EventBody`. */
function dataOfEvents(source) {
  const file = ts.createSourceFile(source, readFileSync(source, "utf8"), ts.ScriptTarget.Latest, true);
  const body = file.statements.find(
    (statement) => ts.isTypeAliasDeclaration(statement) && statement.name.text === "EventBody",
  );
  const events = new Map();
  for (const member of body.type.types) {
    const fields = member.members.filter(ts.isPropertySignature);
    const codes = fields.find((field) => field.name.getText() === "code").type;
    const data = fields
      .filter((field) => field.name.getText() !== "code")
      .map((field) => `\`${field.name.getText()}\`: ${field.type.getText()}`);
    for (const literal of ts.isUnionTypeNode(codes) ? codes.types : [codes]) events.set(literal.literal.text, data);
  }
  return events;
}
