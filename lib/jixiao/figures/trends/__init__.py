"""The figures of several years in, measures side by side with what breaks between years, and the figures that say so, out."""
