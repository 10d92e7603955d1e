/** The title of the API's description and of its page, by which a second start knows a shop. */
export const shopTitle = 'Shop API';
