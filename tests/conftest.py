"""What the tests share: the small world, trained and indexed once, with the fakes that the product ships."""
