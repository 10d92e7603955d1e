/** The title of the API description and its page, by which a second start recognizes a shop. */
export const shopTitle = 'Shop API';
