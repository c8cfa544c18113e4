import { code, page, table } from "./markdown.mjs";

/** Every command with its options and examples, from the program's own tree. */
export function commandsPage(load) {
  const program = load("cli/main.ts").buildProgram(() => undefined);
  program.configureHelp({ helpWidth: 100 });
  return page(
    "The command line",
    program.description(),
    code("text", helpOf(program).replace(/^Usage.*\n\n.*\n\n/, "")),
    ...program.commands
      .filter((command) => command.name() !== "help")
      .flatMap((command) => commandSections(command, "topoform")),
  );
}

function commandSections(command, parent) {
  const name = `${parent} ${command.name()}`;
  if (command.commands.length > 0)
    return command.commands.filter((inner) => inner.name() !== "help").flatMap((inner) => commandSections(inner, name));
  const words = command.registeredArguments.map((argument) => [
    `\`${argument.required ? `<${argument.name()}>` : `[${argument.name()}]`}\``,
    argument.description,
    "",
  ]);
  const options = command.options.map((option) => [
    `\`${option.flags}\``,
    [
      option.description,
      ...(option.argChoices ? [`(one of ${option.argChoices.map((choice) => `\`${choice}\``).join(", ")})`] : []),
    ].join(" "),
    option.defaultValue === undefined ? "" : `\`${option.defaultValue}\``,
  ]);
  const help = helpOf(command);
  const examples = help.includes("Examples:")
    ? [
        code(
          "sh",
          help
            .slice(help.indexOf("Examples:"))
            .split("\n")
            .slice(1)
            .map((line) => line.replace(/^ {2}\$ /, ""))
            .join("\n")
            .trim(),
        ),
      ]
    : [];
  return [
    `## ${name}`,
    `${capital(command.description())}.`,
    table(["Option", "", "Default"], [...words, ...options]),
    ...examples,
  ];
}

function helpOf(command) {
  let text = "";
  command.configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}

function capital(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
