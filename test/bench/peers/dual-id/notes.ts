import { Body, Controller, Post } from '@nestjs/common';
import { IsString, MaxLength } from 'class-validator';
import type { DualIdRepository, PublicId, SchemaRunner } from 'nest-dual-id';
import { addDualId, DualId, DualIdEntity, Field, InjectDualId, Returns, View } from 'nest-dual-id';
import { Column } from 'typeorm';

/** E6: a row with a passport, and the same row without one. */
@DualId({ table: 'bench_enrolled_notes', type: 900 })
export class EnrolledNote extends DualIdEntity {
  @Column('text') title!: string;
  @Column('text') body!: string;
}

@DualId({ table: 'bench_plain_notes' })
export class PlainNote extends DualIdEntity {
  @Column('text') title!: string;
  @Column('text') body!: string;
}

@View(EnrolledNote)
export class EnrolledNoteView {
  @Field() uuid!: PublicId<EnrolledNote>;
  @Field() title!: string;
  @Field() body!: string;
}

@View(PlainNote)
export class PlainNoteView {
  @Field() uuid!: PublicId<PlainNote>;
  @Field() title!: string;
  @Field() body!: string;
}

class CreateNote {
  @IsString() @MaxLength(100) title!: string;
  @IsString() @MaxLength(1000) body!: string;
}

@Controller()
export class NotesController {
  constructor(
    @InjectDualId(EnrolledNote) private readonly enrolled: DualIdRepository<EnrolledNote>,
    @InjectDualId(PlainNote) private readonly plain: DualIdRepository<PlainNote>,
  ) {}

  @Post('enrolled-notes')
  @Returns(EnrolledNoteView)
  enrol(@Body() input: CreateNote): Promise<EnrolledNoteView> {
    return this.enrolled.create(EnrolledNoteView, input);
  }

  @Post('plain-notes')
  @Returns(PlainNoteView)
  create(@Body() input: CreateNote): Promise<PlainNoteView> {
    return this.plain.create(PlainNoteView, input);
  }
}

/** Makes both tables. */
export async function createNoteTables(runner: SchemaRunner): Promise<void> {
  for (const table of ['bench_enrolled_notes', 'bench_plain_notes']) {
    await runner.query(`CREATE TABLE ${table} (title text NOT NULL, body text NOT NULL)`);
  }
  await addDualId(runner, { table: 'bench_enrolled_notes', type: { id: 900, name: 'note' } });
  await addDualId(runner, { table: 'bench_plain_notes' });
}
