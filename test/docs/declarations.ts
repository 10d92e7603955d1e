import { join } from 'node:path';
import ts from 'typescript';
import { doors, readManifest, root } from '../package/manifest.js';

/** A name that a door lets out. */
export interface ExportedName {
  readonly name: string;
  /** What its comment says, without examples. Empty when nobody wrote one. */
  readonly sentence: string;
  /** Its declarations as TypeScript, one for each overload, without what is private. */
  readonly declarations: readonly string[];
  readonly symbol: ts.Symbol;
}

/** A door and the names it lets out, in the order of the alphabet. */
export interface DoorNames {
  readonly door: string;
  readonly names: readonly ExportedName[];
}

/** The declarations that the compiler wrote, as a consumer's compiler reads them. */
export class Declarations {
  readonly checker: ts.TypeChecker;
  readonly #program: ts.Program;

  constructor() {
    const files = [...doors(readManifest()).values()].map(({ types }) => join(root, types));
    this.#program = ts.createProgram(files, {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      strict: true,
      skipLibCheck: true,
      types: ['node'],
    });
    this.checker = this.#program.getTypeChecker();
  }

  /** Every door of the package with its names. */
  doors(): readonly DoorNames[] {
    return [...doors(readManifest())].map(([door, { types }]) => {
      const file = this.#program.getSourceFile(join(root, types))!;
      const exported = this.checker.getExportsOfModule(this.checker.getSymbolAtLocation(file)!);
      const names = exported.map((symbol) => this.#nameOf(symbol));
      return { door, names: names.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };
    });
  }

  #nameOf(exported: ts.Symbol): ExportedName {
    const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? this.checker.getAliasedSymbol(exported) : exported;
    const sentence = ts.displayPartsToString(symbol.getDocumentationComment(this.checker));
    const declarations = (symbol.declarations ?? []).map(declarationText);
    return { name: exported.name, sentence, declarations, symbol };
  }
}

function declarationText(node: ts.Declaration): string {
  // The keywords of a variable stand before its list of declarations.
  const whole = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const isTable = ts.isVariableDeclaration(node) && isLong(node.type);
  const text = isTable ? `const ${node.name.getText()}: { … };` : withoutPrivate(whole);
  return text.replace(/^(?:export\s+)?(?:declare\s+)?/, '');
}

/** A table of constants is for a page of its own. */
function isLong(type: ts.TypeNode | undefined): boolean {
  return type !== undefined && ts.isTypeLiteralNode(type) && type.members.length > 12;
}

/** The text of a declaration without the members that nobody outside can reach. */
function withoutPrivate(node: ts.Node): string {
  const hidden = ts.isClassDeclaration(node) ? node.members.filter(isPrivate) : [];
  const file = node.getSourceFile();
  let text = '';
  let at = node.getStart(file);
  for (const member of hidden) {
    text += file.text.slice(at, member.getFullStart());
    at = member.getEnd();
  }
  return text + file.text.slice(at, node.getEnd());
}

function isPrivate(member: ts.ClassElement): boolean {
  const isHashed = member.name !== undefined && ts.isPrivateIdentifier(member.name);
  return isHashed || (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
}
