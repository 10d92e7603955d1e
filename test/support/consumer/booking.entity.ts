import {
  DualId,
  DualIdEntity,
  GuidEntity,
  GuidId,
  ReferenceEntity,
  ReferenceId,
} from 'nest-dual-id';
import { Check, Column, DeleteDateColumn, Index, JoinColumn, ManyToOne } from 'typeorm';

/** A seat class: lookup data. */
@ReferenceId({ table: 'seat_classes' })
export class SeatClass extends ReferenceEntity {
  @Column('text')
  name!: string;
}

/** A guid entity in its own schema. */
@GuidId({ schema: 'access', table: 'permissions', type: 301, named: ['name'] })
export class Permission extends GuidEntity {
  @Column('text')
  name!: string;
}

/** What a consumer of the library writes first. */
@DualId({ table: 'bookings', type: 300, named: ['reference'], columns: { uuid: 'external_id' } })
@Check('bookings_seats_ck', 'seats > 0')
export class Booking extends DualIdEntity {
  @Column('text')
  @Index()
  reference!: string;

  @Column('integer')
  seats!: number;

  @ManyToOne(() => SeatClass, { nullable: false })
  @JoinColumn()
  seatClass!: SeatClass;

  @ManyToOne(() => Booking)
  @JoinColumn()
  replaces!: Booking | null;

  @DeleteDateColumn({ type: 'timestamptz' })
  deletedAt!: Date | null;
}
