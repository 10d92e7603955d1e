import { addPersonalPlace, dropPersonalPlace } from 'nest-dual-id';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Notes are free text, about whoever ordered and by whoever moved the order. */
const orderNotes = {
  name: 'order_notes',
  forget: `UPDATE order_status_history SET note = NULL WHERE note IS NOT NULL AND id IN (
    SELECT h.id FROM order_status_history h JOIN orders o ON o.id = h.order_id
      JOIN users u ON u.id = o.user_id WHERE u.uuid = NEW.uuid
    UNION SELECT h.id FROM order_status_history h
      JOIN users u ON u.id = h.changed_by_id WHERE u.uuid = NEW.uuid)`,
};

export class ForgetOrderNotes1760003100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addPersonalPlace(runner, orderNotes);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropPersonalPlace(runner, orderNotes);
  }
}
