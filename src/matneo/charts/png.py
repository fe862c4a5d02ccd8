"""An SVG as PNG, without a browser."""


class NoPictures(Exception):
    """The optional package for pictures is not installed."""


def from_svg(svg: str, scale: float = 2.0) -> bytes:
    """PNG bytes of one of our pictures. Raises NoPictures with a sentence where the package is missing."""
    try:
        import vl_convert
    except ImportError as problem:
        raise NoPictures(
            "Pictures as PNG need the print extra (vl-convert). The SVG and the table are there."
        ) from problem
    png: bytes = vl_convert.svg_to_png(svg, scale=scale)
    return png
