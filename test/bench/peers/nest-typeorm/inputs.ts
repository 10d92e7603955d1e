import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, IsUUID, Max, Min } from 'class-validator';
import { ValidateNested } from 'class-validator';

class PlaceOrderItem {
  @IsUUID() productUuid!: string;
  @IsInt() @Min(1) @Max(999) quantity!: number;
}

/** The body of E4, validated with class-validator. */
export class PlaceOrder {
  @IsUUID() userUuid!: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => PlaceOrderItem)
  items!: PlaceOrderItem[];
}
