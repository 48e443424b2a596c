"""The demo: an own clock, a cast, little public notices it renders itself, and the main road walked on real parts."""
