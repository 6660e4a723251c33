"""What stands for an item on a picture: discs, frames, paths, grasps, boxes in space."""
