"""What makes a list of an order: variety, surprise, and the rules of the business."""
