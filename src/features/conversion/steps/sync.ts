import { quoteIdentifier } from '../../../core/sql/quoting.js';
import type {
  ConversionPlan,
  PlannedColumn,
  PlannedReference,
  TablePlace,
} from '../plan/conversion-plan.js';
import { sqlTable } from './names.js';

/** Keeps the same value in another type. */
export function copyBody(column: PlannedColumn, twin: PlannedColumn): string {
  const [own, other] = [quoteIdentifier(column.name), quoteIdentifier(twin.name)];
  return `BEGIN NEW.${other} := NEW.${own}::${twin.type}; RETURN NEW; END`;
}

/** When there is something to copy. */
export function copyWhen(column: PlannedColumn, twin: PlannedColumn): string {
  const [own, other] = [quoteIdentifier(column.name), quoteIdentifier(twin.name)];
  return `NEW.${other} IS DISTINCT FROM NEW.${own}::${twin.type}`;
}

/**
 * Keeps both names of a reference true: whichever of them a statement sets, the other follows; one
 * that sets both has to mean the same row by them.
 */
export function syncBody(plan: ConversionPlan, reference: PlannedReference): string {
  const { own, other, forward, backward } = lookups(plan, reference);
  const [column, twin] = [reference.column.name, reference.twin.name];
  return `DECLARE
      meant ${reference.twin.type};
      has_own boolean := TG_OP = 'INSERT' OR OLD.${own} IS DISTINCT FROM NEW.${own};
      has_other boolean := TG_OP = 'INSERT' OR OLD.${other} IS DISTINCT FROM NEW.${other};
    BEGIN
      IF TG_OP = 'INSERT' THEN
        has_own := NEW.${own} IS NOT NULL;
        has_other := NEW.${other} IS NOT NULL;
      ELSIF NOT has_own AND NOT has_other THEN
        has_own := true;
      END IF;
      IF NOT has_other THEN
        ${forward(`NEW.${other}`)}
      ELSIF NOT has_own THEN
        IF NEW.${other} IS NULL THEN
          NEW.${own} := NULL;
        ELSE
          ${backward}
          IF NEW.${own} IS NULL THEN
            RAISE EXCEPTION 'insert or update on table "%" violates a foreign key', TG_TABLE_NAME
              USING ERRCODE = 'foreign_key_violation', COLUMN = ${sqlText(twin)},
                DETAIL = format('There is no row (${names(plan)})=(%s).', NEW.${other});
          END IF;
        END IF;
      ELSE
        ${forward('meant')}
        IF meant IS NULL AND NEW.${own} IS NOT NULL AND NEW.${other} IS NOT NULL THEN
          -- Its row comes later in this transaction, and decides then.
          NEW.${other} := NULL;
        ELSIF meant IS DISTINCT FROM NEW.${other} THEN
          RAISE EXCEPTION '% and % of "%" name different rows', ${sqlText(column)}, ${sqlText(twin)},
            TG_TABLE_NAME USING ERRCODE = 'foreign_key_violation';
        END IF;
      END IF;
      RETURN NEW;
    END`;
}

/** When one of the names has to follow; the backfill, which sets only the new one, is ignored. */
export function syncWhen({ column, twin }: PlannedReference): { insert: string; update: string } {
  const [own, other] = [quoteIdentifier(column.name), quoteIdentifier(twin.name)];
  return {
    insert: `NEW.${own} IS NOT NULL OR NEW.${other} IS NOT NULL`,
    update: `OLD.${own} IS DISTINCT FROM NEW.${own}
      OR (OLD.${other} IS DISTINCT FROM NEW.${other}
        AND (OLD.${other} IS NOT NULL OR OLD.${own} IS NULL))
      OR (NEW.${other} IS NULL AND NEW.${own} IS NOT NULL)`,
  };
}

/** Sets the new name of a row whose other row came after it in the same transaction. */
export function lateBody(plan: ConversionPlan, reference: PlannedReference): string {
  const { own, other, forward } = lookups(plan, reference);
  return `<<late>>
    DECLARE
      meant ${reference.twin.type};
    BEGIN
      ${forward('meant')}
      IF meant IS NOT NULL THEN
        UPDATE ${sqlTable(reference.table)} r SET ${other} = late.meant
          WHERE r.${own} = NEW.${own} AND r.${other} IS NULL;
      END IF;
      RETURN NULL;
    END`;
}

/** When the other row was not there. */
export function lateWhen({ column, twin }: PlannedReference): string {
  return `NEW.${quoteIdentifier(twin.name)} IS NULL
    AND NEW.${quoteIdentifier(column.name)} IS NOT NULL`;
}

function lookups(plan: ConversionPlan, { table, column, twin }: PlannedReference) {
  const [own, other] = [quoteIdentifier(column.name), quoteIdentifier(twin.name)];
  const [key, added] = [quoteIdentifier(plan.key.name), quoteIdentifier(plan.added.name)];
  const source = `FROM ${sqlTable(plan.table)} p WHERE`;
  const isOwnTable = isSameTable(table, plan.table);
  const forward = (into: string) =>
    `SELECT p.${added} INTO ${into} ${source} p.${key} = NEW.${own};`;
  const lookup = `SELECT p.${key} INTO NEW.${own} ${source} p.${added} = NEW.${other};`;
  const backward = isOwnTable
    ? `IF NEW.${other} = NEW.${added} THEN NEW.${own} := NEW.${key}; ELSE ${lookup} END IF;`
    : lookup;
  return { own, other, forward, backward };
}

/** Whether two names name the same table. */
export function isSameTable(one: TablePlace, other: TablePlace): boolean {
  return one.schema === other.schema && one.name === other.name;
}

function names({ added }: ConversionPlan): string {
  return added.name.replaceAll("'", "''").replaceAll('%', '%%');
}

function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
