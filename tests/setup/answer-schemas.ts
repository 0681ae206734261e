import { join } from 'node:path';
import ts from 'typescript';
import { PROJECT_ROOT } from '../../src/config.js';

type Schema = Record<string, unknown>;

/** JSON Schema of what each route answers, and of the named types that they share. */
export interface AnswerSchemas {
  /** By the method and path: `GET /change`. */
  answers: Record<string, Schema>;
  types: Record<string, Schema>;
}

const TABLES = /\/src\/http\/(?!ogc\/|pages\/)(\w+\/)?[^/]+\.ts$/;

/**
 * Reads the answers of all routes out of the types of the functions that make them: the type is the one statement of an
 * answer, its comments become the descriptions.
 */
export function answerSchemas(): AnswerSchemas {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(PROJECT_ROOT, 'tsconfig.json'),
    { noEmit: true },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  );
  if (!config) throw new Error('no tsconfig.json');
  const roots = config.fileNames.filter((name) => /\/src\/(http|index)/.test(name));
  const { references: _, ...options } = { ...config.options, references: undefined };
  const program = ts.createProgram({ rootNames: roots, options: { ...options, composite: false } });
  const writer = new SchemaWriter(program.getTypeChecker());
  const answers: Record<string, Schema> = {};
  for (const file of program.getSourceFiles()) {
    if (!TABLES.test(file.fileName)) continue;
    visit(file, (call, name, path) => {
      const method = name === 'route' ? 'GET' : 'POST';
      const answer = writer.answerOf(call);
      if (answer) answers[`${method} ${path}`] = answer;
    });
  }
  const types = Object.fromEntries(Object.entries(writer.types).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { answers: Object.fromEntries(Object.entries(answers).sort(([a], [b]) => (a < b ? -1 : 1))), types };
}

function visit(node: ts.Node, found: (call: ts.CallExpression, name: string, path: string) => void): void {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const [path] = node.arguments;
    const { text } = node.expression;
    if (['route', 'write'].includes(text) && path && ts.isStringLiteral(path) && path.text.startsWith('/'))
      found(node, text, path.text);
  }
  node.forEachChild((child) => visit(child, found));
}

/** Brands of texts that have a format. */
const FORMATS: Readonly<Record<string, string>> = { IsoDate: 'date', Instant: 'date-time' };

/** A geometry is handed on as the database writes it. */
const GEOMETRY: Schema = {
  anyOf: [
    {
      type: 'object',
      properties: { type: { type: 'string' }, coordinates: { type: 'array', items: {} } },
      required: ['type'],
      description: 'GeoJSON geometry, CRS84 (lon, lat)',
    },
    { type: 'null' },
  ],
};

class SchemaWriter {
  readonly types: Record<string, Schema> = {};
  private readonly names = new Map<ts.Type, string>();
  /** Types around the one at hand: a type without a name that holds itself has no end. */
  private readonly around: ts.Type[] = [];

  constructor(private readonly checker: ts.TypeChecker) {}

  /** What the function among the arguments of a call answers; undefined of a table of another kind. */
  answerOf(call: ts.CallExpression): Schema | undefined {
    for (const argument of call.arguments.slice(1)) {
      const [signature] = this.checker.getTypeAtLocation(argument).getCallSignatures();
      const returned = signature && this.checker.getAwaitedType(signature.getReturnType());
      // The first function of a route makes its answer; others say who may have it.
      if (returned) return this.schemaOf(returned, call);
    }
    return undefined;
  }

  private schemaOf(type: ts.Type, at: ts.Node): Schema {
    const alias = type.aliasSymbol?.name;
    if (alias && FORMATS[alias]) return { type: 'string', format: FORMATS[alias] };
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {};
    if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
    if (type.flags & ts.TypeFlags.BooleanLiteral)
      return { const: this.checker.typeToString(type) === 'true', type: 'boolean' };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value, type: typeof type.value };
    if (type.flags & ts.TypeFlags.StringLike) return { type: 'string' };
    if (type.flags & ts.TypeFlags.NumberLike) return { type: 'number' };
    if (type.flags & ts.TypeFlags.BooleanLike) return { type: 'boolean' };
    if (type.isUnion()) return this.unionOf(type, at);
    if (type.isIntersection() && type.types.some((part) => part.flags & ts.TypeFlags.String)) {
      const brand = type.types.map((part) => this.checker.typeToString(part)).join(' ');
      const name = Object.keys(FORMATS).find((one) => brand.includes(`"${one}"`) || brand.includes(`'${one}'`));
      return { type: 'string', ...(name && { format: FORMATS[name] }) };
    }
    if (this.checker.isTupleType(type)) {
      const items = this.checker.getTypeArguments(type as ts.TypeReference).map((part) => this.schemaOf(part, at));
      const [first = {}] = items;
      const alike = items.every((item) => JSON.stringify(item) === JSON.stringify(first));
      const fixed = (type as ts.TupleTypeReference).target.hasRestElement
        ? {}
        : { minItems: items.length, maxItems: items.length };
      return { type: 'array', items: alike ? first : { anyOf: distinct(items) }, ...fixed };
    }
    if (this.checker.isArrayType(type)) {
      const [of] = this.checker.getTypeArguments(type as ts.TypeReference);
      return { type: 'array', items: of ? this.schemaOf(of, at) : {} };
    }
    return this.objectOf(type, at);
  }

  private unionOf(type: ts.UnionType, at: ts.Node): Schema {
    const parts = type.types.filter((part) => !(part.flags & ts.TypeFlags.Undefined));
    const literals = parts.flatMap((part) => (part.isStringLiteral() ? part.value : []));
    const rest = parts.filter((part) => !part.isStringLiteral() && !(part.flags & ts.TypeFlags.BooleanLiteral));
    const booleans = parts.filter((part) => part.flags & ts.TypeFlags.BooleanLiteral);
    const schemas = [
      ...(literals.length > 0 ? [{ type: 'string', enum: literals.sort() }] : []),
      ...(booleans.length === 2 ? [{ type: 'boolean' }] : booleans.map((part) => this.schemaOf(part, at))),
      ...rest.map((part) => this.schemaOf(part, at)),
    ];
    const [only, ...more] = distinct(schemas);
    return more.length === 0 ? (only ?? {}) : { anyOf: distinct(schemas) };
  }

  private objectOf(type: ts.Type, at: ts.Node): Schema {
    const known = this.names.get(type);
    if (known) return { $ref: `#/components/schemas/${known}` };
    const symbol = type.aliasSymbol ?? type.symbol;
    const isNamed = symbol && !symbol.name.startsWith('__') && this.isOurs(symbol) && !isGeneric(type);
    if (!isNamed) {
      if (this.around.includes(type) || this.around.length > 25) return {};
      this.around.push(type);
      const members = this.membersOf(type, at);
      this.around.pop();
      return members;
    }
    let name = symbol.name;
    for (let nth = 2; name in this.types; nth++) name = `${symbol.name}${nth}`;
    this.names.set(type, name);
    this.types[name] = {};
    this.types[name] = { ...this.membersOf(type, at), ...described(symbol, this.checker) };
    return { $ref: `#/components/schemas/${name}` };
  }

  private membersOf(type: ts.Type, at: ts.Node): Schema {
    const index = this.checker.getIndexInfoOfType(type, ts.IndexKind.String);
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const member of this.checker.getPropertiesOfType(type)) {
      const of = this.checker.getTypeOfSymbolAtLocation(member, at);
      if (of.getCallSignatures().length > 0 || member.name.startsWith('__')) continue;
      const schema = this.schemaOf(of, at);
      const words = described(member, this.checker);
      if (member.name === 'geometry' && Object.keys(schema).length === 0) Object.assign(schema, GEOMETRY);
      properties[member.name] =
        '$ref' in schema && Object.keys(words).length > 0 ? { allOf: [schema], ...words } : { ...schema, ...words };
      const isMissable = of.isUnion() && of.types.some((part) => part.flags & ts.TypeFlags.Undefined);
      if (!(member.flags & ts.SymbolFlags.Optional) && !isMissable) required.push(member.name);
    }
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 && { properties }),
      ...(required.length > 0 && { required }),
      ...(index && { additionalProperties: this.schemaOf(index.type, at) }),
    };
  }

  private isOurs(symbol: ts.Symbol): boolean {
    return (symbol.declarations ?? []).some((one) =>
      one.getSourceFile().fileName.startsWith(join(PROJECT_ROOT, 'src')),
    );
  }
}

const isGeneric = (type: ts.Type) =>
  (type.aliasTypeArguments?.length ?? 0) > 0 || ((type as ts.TypeReference).typeArguments?.length ?? 0) > 0;

function described(symbol: ts.Symbol, checker: ts.TypeChecker): Schema {
  const description = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, ' ').trim();
  return description === '' ? {} : { description };
}

function distinct(schemas: readonly Schema[]): Schema[] {
  return schemas.filter(
    (one, index) => schemas.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === index,
  );
}
