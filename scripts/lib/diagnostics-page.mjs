import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { byText, page } from "./markdown.mjs";

/** Every stable code of a diagnostic in the sources, with the texts that it comes with. */
export function diagnosticsPage(directory) {
  const found = new Map();
  const differences = new Set();
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" }).sort(byText)) {
    if (!name.endsWith(".ts") || name.startsWith("devcluster") || name.includes("bindings")) continue;
    const file = ts.createSourceFile(
      name,
      readFileSync(path.join(directory, name), "utf8"),
      ts.ScriptTarget.Latest,
      true,
    );
    const isDrift = path.basename(name) === "drift.ts" && name.startsWith("planning");
    for (const one of diagnosticsOf(file, prefixOf(directory, name))) {
      if (isDrift) differences.add(one.code);
      else found.set(one.code, [...(found.get(one.code) ?? []), one]);
    }
  }
  return page(
    "Diagnostics",
    "Everything that Topoform tells a user carries a stable code: at the end of a diagnostic in the terminal, in square brackets in Terraform, as `code` in JSON. Codes are never renamed or used for something else; texts may be improved. `…` stands for what is filled in.",
    "What `topoform drift` calls a difference has codes of its own: " +
      [...differences]
        .sort(byText)
        .map((code) => `\`${code}\``)
        .join(", ") +
      ".",
    ...[...found].sort(([a], [b]) => byText(a, b)).map(([code, all]) => section(code, all)),
  );
}

function section(code, all) {
  const texts = new Map(all.map((one) => [one.summary, one]));
  const entries = [...texts.values()].map(
    ({ summary, detail, warning }) =>
      `- ${warning ? "*Warning.* " : ""}**${escape(summary)}**${detail === "" || detail === "…" ? "" : `<br>${escape(detail)}`}`,
  );
  return `## ${code}\n\n${entries.sort(byText).join("\n")}`;
}

function escape(text) {
  return text
    .replace(/\s*\n\s*/g, " ")
    .replace(/[<*_[\]]/g, (sign) => `\\${sign}`)
    .trim();
}

/** Objects with `code` and `summary`, and calls of functions of the same file that have a parameter `code`. */
function diagnosticsOf(file, prefix) {
  const constants = new Map();
  const helpers = new Map();
  const found = [];
  walk(file, (node) => {
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      if (ts.isStringLiteral(node.initializer)) constants.set(node.name.getText(), node.initializer);
      if (ts.isArrowFunction(node.initializer)) noteHelper(helpers, node.name.getText(), node.initializer);
    }
    if (ts.isFunctionDeclaration(node) && node.name !== undefined) noteHelper(helpers, node.name.text, node);
    if (ts.isMethodDeclaration(node)) noteHelper(helpers, node.name.getText(), node);
  });
  const add = (codeNode, summary, detail, warning) => {
    for (const code of codesOf(codeNode, constants)) {
      if (!/^[A-Z][A-Z0-9_]+$/.test(code)) continue;
      found.push({
        code: prefix === "" || code.startsWith(prefix) ? code : prefix + code,
        summary: textOf(summary),
        detail: textOf(detail),
        warning,
      });
    }
  };
  walk(file, (node) => {
    if (ts.isObjectLiteralExpression(node)) {
      const member = (name) => {
        const property = node.properties.find((one) => one.name?.getText() === name);
        return property === undefined
          ? undefined
          : ts.isPropertyAssignment(property)
            ? property.initializer
            : property.name;
      };
      if (member("code") === undefined || member("summary") === undefined) return;
      const caller = ts.isCallExpression(node.parent) ? node.parent.expression.getText() : "";
      add(
        member("code"),
        member("summary"),
        member("detail"),
        caller === "warningDiagnostic" || textOf(member("severity")) === "warning",
      );
    } else if (ts.isCallExpression(node)) {
      const name = ts.isPropertyAccessExpression(node.expression)
        ? node.expression.name.text
        : node.expression.getText();
      const helper = helpers.get(name) ?? IMPORTED.get(name);
      if (helper === undefined) return;
      const argument = (parameter) => node.arguments[helper.indexOf(parameter)];
      if (argument("code") !== undefined && argument("summary") !== undefined)
        add(argument("code"), argument("summary"), argument("detail"), false);
    }
  });
  return found;
}

/** An engine puts its name before the codes of its catalogue and of its connection where it makes diagnostics of them. */
function prefixOf(directory, name) {
  const maker = name.endsWith("error-catalogue.ts") ? name.replace("error-catalogue.ts", "errors.ts") : name;
  return /code: `([A-Z]+_)\$\{/.exec(readFileSync(path.join(directory, maker), "utf8"))?.[1] ?? "";
}

/** Helpers that other files call. */
const IMPORTED = new Map([["attributeError", ["code", "attribute", "summary", "detail"]]]);

function noteHelper(helpers, name, declaration) {
  const parameters = declaration.parameters.map((parameter) => parameter.name.getText());
  if (parameters.includes("code") && parameters.includes("summary")) helpers.set(name, parameters);
}

function codesOf(node, constants) {
  if (node === undefined) return [];
  if (ts.isStringLiteral(node)) return [node.text];
  if (ts.isIdentifier(node)) return constants.has(node.text) ? [constants.get(node.text).text] : [];
  if (ts.isConditionalExpression(node))
    return [...codesOf(node.whenTrue, constants), ...codesOf(node.whenFalse, constants)];
  if (ts.isSatisfiesExpression(node) || ts.isAsExpression(node) || ts.isParenthesizedExpression(node))
    return codesOf(node.expression, constants);
  return [];
}

/** A text expression as people read it, with … for what is filled in. */
function textOf(node) {
  if (node === undefined) return "";
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map((span) => `…${span.literal.text}`).join("");
  if (ts.isConditionalExpression(node)) return `${textOf(node.whenTrue)} / ${textOf(node.whenFalse)}`;
  if (ts.isBinaryExpression(node)) return textOf(node.left) + textOf(node.right);
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
  return "…";
}

function walk(node, visit) {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}
