"""The square that a phone's camera reads: an address as a picture."""

import base64
import io


def png(address: str) -> bytes:
    import qrcode
    from qrcode.constants import ERROR_CORRECT_M

    square = qrcode.QRCode(border=2, box_size=6, error_correction=ERROR_CORRECT_M)
    square.add_data(address)
    square.make(fit=True)
    out = io.BytesIO()
    square.make_image(fill_color="#212b32", back_color="#ffffff").save(out, "PNG")
    return out.getvalue()


def data_address(content: bytes, kind: str = "image/png") -> str:
    """A picture inside the page itself: nothing is fetched."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
