// How a plan is made and applied: with Terraform or OpenTofu, or with the command line of the package.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findTerraform, note, onTerminal, run, step } from "./programs.mjs";
import { topoform } from "./workspace.mjs";

/** Undefined, after saying why, when a plain HCL example has no Terraform to run it. */
export function chooseSurface(stack, env) {
  const terraform = findTerraform();
  if (terraform !== undefined) return terraformSurface(terraform, stack, env);
  if (existsSync(path.join(stack, "topoform.json"))) {
    step("Neither terraform nor tofu is on the PATH: the same plan and executor, through `topoform apply`");
    return commandLineSurface(stack, env);
  }
  note("Neither terraform nor tofu is on the PATH; plain HCL needs one. The example ends here.");
  return undefined;
}

/** `plan` rejects unless there are differences exactly when they are expected. `apply` executes that plan. */
function terraformSurface(terraform, stack, env) {
  const options = { cwd: stack, env };
  const flags = ["-input=false", ...(onTerminal && !env.NO_COLOR ? [] : ["-no-color"])];
  return {
    prepare: async () => {
      step(`${terraform} init`);
      await run(terraform, ["init", ...flags], { ...options, quiet: true });
      note("the provider comes with the stack; no registry was asked");
    },
    plan: (differences) =>
      run(terraform, ["plan", ...flags, "-detailed-exitcode", "-out=plan"], {
        ...options,
        expect: differences ? 2 : 0,
      }),
    apply: () => run(terraform, ["apply", ...flags, "plan"], options),
    destroy: () => run(terraform, ["destroy", ...flags, "-auto-approve"], options),
  };
}

function commandLineSurface(stack, env) {
  const options = { cwd: stack, env };
  return {
    prepare: async () => undefined,
    plan: (differences) =>
      run(process.execPath, [topoform, "plan", "--detailed-exitcode", "-o", "plan.json"], {
        ...options,
        expect: differences ? 2 : 0,
      }),
    apply: () => run(process.execPath, [topoform, "apply", "plan.json", "--auto-approve"], options),
    destroy: () => {
      writeFileSync(path.join(stack, "empty.json"), withoutDeclarations(path.join(stack, "topoform.json")));
      return run(process.execPath, [topoform, "apply", "--manifest", "empty.json", "--auto-approve"], options);
    },
  };
}

/** The same clusters with nothing declared on them. */
function withoutDeclarations(manifest) {
  const { clusters, ...rest } = JSON.parse(readFileSync(manifest, "utf8"));
  const reached = clusters.map(({ engine, name, connection }) => ({ engine, name, connection }));
  return JSON.stringify({ ...rest, clusters: reached });
}
