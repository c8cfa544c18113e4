// The rules of the house: which room may import from which.
const rooms = ["topology", "planning", "engines", "convergence", "plugin", "provider", "constructs", "cli", "devcluster"];

/** Room `name` imports, of ours, only itself and `allowed`. */
function only(name, allowed, comment) {
  const forbidden = rooms.filter((room) => room !== name && !allowed.includes(room));
  return { name: `${name}-imports`, comment, severity: "error", from: { path: `^src/${name}/` }, to: { path: `^src/((${forbidden.join("|")})/|index\\.ts|engine\\.ts)` } };
}

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    only("topology", [], "the declared world knows nothing else"),
    only("planning", ["topology"], "planning is pure"),
    only("engines", ["topology", "planning"], "an engine knows the declared world and the data of plans"),
    only("convergence", ["topology", "planning", "engines"], "convergence knows engines by their port only"),
    only("plugin", [], "the Terraform framework knows nothing of databases"),
    only("provider", ["plugin", "topology", "planning", "engines", "convergence"], "the provider joins the framework and the engines"),
    only("constructs", ["topology"], "a CDKTF program never loads a database driver"),
    only("devcluster", ["topology"], "the emulator stands alone"),
    { name: "engine-by-port", comment: "never one engine by name", severity: "error", from: { path: "^src/convergence/" }, to: { path: "^src/engines/[^/]+/" } },
    { name: "engines-need-only-types-of-planning", severity: "error", from: { path: "^src/engines/" }, to: { path: "^src/planning/", dependencyTypesNot: ["type-only"] } },
    { name: "cli-dev-only", comment: "only `topoform dev` starts an emulator", severity: "error", from: { path: "^src/cli/", pathNot: "^src/cli/dev" }, to: { path: "^src/devcluster/" } },
    { name: "cli-imports", severity: "error", from: { path: "^src/cli/" }, to: { path: "^src/(plugin|provider|constructs)/" } },
    { name: "pure-rooms", comment: "no I/O in topology and planning", severity: "error", from: { path: "^src/(topology|planning)/" }, to: { dependencyTypes: ["core"], pathNot: "^(node:)?crypto$" } },
    { name: "no-cdktf-below", severity: "error", from: { path: "^src/", pathNot: "^src/(constructs/|index\\.ts)" }, to: { path: "node_modules/(cdktf|constructs|@cdktf)/" } },
    { name: "no-dev-dependencies", severity: "error", from: { path: "^src/" }, to: { dependencyTypes: ["npm-dev"], pathNot: "node_modules/(cdktf|constructs|@cdktf/provider-aws|@types)/" } },
  ],
  options: { tsConfig: { fileName: "tsconfig.json" }, tsPreCompilationDeps: true, doNotFollow: { path: "node_modules" }, enhancedResolveOptions: { conditionNames: ["require", "node", "default", "types"] } },
};
