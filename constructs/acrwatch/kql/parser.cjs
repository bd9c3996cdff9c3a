// Microsoft's parser of KQL, driven for parser.py: one process for all queries.
//
// stdin:  {"version", "folders": [...], "tables": {table: {column: type}}, "queries": [{"name", "kql", "format"}]}
// stdout: {"absent": why} or {"queries": [{"name", "diagnostics": [...], "columns": [{"name", "type"}], "formatted"}]}
//
// `$ctor4` and its like are names that the transpiler of the package makes; they can move between its releases, so one
// version is asked for and no other is taken.
"use strict";

const PACKAGE = "@kusto/language-service-next";

function load(version, folders) {
  const others = new Set();
  for (const folder of folders) {
    let manifest;
    try {
      manifest = require(require.resolve(`${PACKAGE}/package.json`, { paths: [folder] }));
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND") throw error;
      continue;
    }
    if (manifest.version === version) {
      // The order matters; both only set globals.
      for (const file of ["bridge.min.js", "Kusto.Language.Bridge.min.js"]) {
        require(require.resolve(`${PACKAGE}/${file}`, { paths: [folder] }));
      }
      return null;
    }
    others.add(manifest.version);
  }
  return others.size ? `version ${[...others].join(", ")} is here` : "it is not here";
}

function globalsFor(tables) {
  const symbols = Kusto.Language.Symbols;
  const made = Object.entries(tables).map(([table, columns]) =>
    new symbols.TableSymbol.$ctor4(
      table,
      Object.entries(columns).map(([name, type]) => new symbols.ColumnSymbol(name, symbols.ScalarTypes.GetSymbol(type))),
    ),
  );
  return Kusto.Language.GlobalState.Default.WithDatabase(new symbols.DatabaseSymbol.ctor("workspace", made));
}

function listed(collection) {
  return collection ? Array.from({ length: collection.Count }, (_, position) => collection.getItem(position)) : [];
}

function placed(kql, analyzer) {
  return (diagnostic) => {
    const before = kql.slice(0, diagnostic.Start).split("\n");
    return {
      code: diagnostic.Code,
      severity: diagnostic.Severity,
      message: diagnostic.Message,
      line: before.length,
      column: [...before[before.length - 1]].length + 1,
      analyzer,
    };
  };
}

function layout() {
  const { FormattingOptions, BrackettingStyle, SpacingStyle } = Kusto.Language.Editor;
  return FormattingOptions.Default
    // A query that lacks something is not completed.
    .WithInsertMissingTokens(false)
    // Else the parentheses of every call and schema that is broken get lines of their own.
    .WithBrackettingStyle(BrackettingStyle.None)
    .WithFunctionArgumentStyle(BrackettingStyle.None)
    // Else `materialize(` and `typeof(` get a space.
    .WithGeneralSpacing(SpacingStyle.AsIs);
}

function parsed({ name, kql, format }, globals) {
  const code = Kusto.Language.KustoCode.ParseAndAnalyze(kql, globals);
  const service = new Kusto.Language.Editor.KustoCodeService.$ctor1(kql, globals);
  // null in place of the token throws.
  const warned = service.GetAnalyzerDiagnostics(true, new Kusto.Language.Utils.CancellationToken());
  return {
    name,
    diagnostics: [
      ...listed(code.GetDiagnostics()).map(placed(kql, false)),
      ...listed(warned).map(placed(kql, true)),
    ],
    columns: listed(code.ResultType && code.ResultType.Columns).map((column) => ({
      name: column.Name,
      type: column.Type.Name,
    })),
    formatted: format ? service.GetFormattedText(layout()).Text : null,
  };
}

const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const absent = load(asked.version, asked.folders);
let answer = { absent };
if (absent === null) {
  const globals = globalsFor(asked.tables);
  answer = { queries: asked.queries.map((query) => parsed(query, globals)) };
}
process.stdout.write(JSON.stringify(answer));
