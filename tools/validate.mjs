// Validates JSON files by ajv, in its strict mode: node validate.mjs FOLDER. Schemas are FOLDER/*.schema.json: the title of each is the
// "schema" member of the files that it is for, which are the other *.json. It prints a line for each that does not follow its schema, for
// each without a schema, and for each schema that strict mode refuses; the last line counts the files. Exit code 1 where there is one.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";

const folder = process.argv[2];
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const ajv = new Ajv({ strict: true, allowUnionTypes: true });
formats(ajv);

const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
const isSchema = (name) => name.endsWith(".schema.json");
const problems = [];
const checks = new Map();
for (const name of names.filter(isSchema)) {
  const schema = read(name);
  try {
    checks.set(schema.title, ajv.compile(schema));
  } catch (err) {
    problems.push(`${name}: ${err.message}`);
  }
}
const files = names.filter((name) => !isSchema(name));
for (const name of files) {
  const file = read(name);
  const check = checks.get(file.schema);
  if (!check) {
    problems.push(`${name}: no schema ${file.schema}`);
  } else if (!check(file)) {
    problems.push(`${name}: ${ajv.errorsText(check.errors, { dataVar: file.schema })}`);
  }
}
for (const problem of problems) console.log(problem);
console.log(`${files.length} files, ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
