"""Start-up code of every notebook under test: nothing in the kernel reaches another machine.

IPython runs this file among the notebook's own variables, so what it needs lives in one function
and no name stays behind.
"""


def _stay_on_the_loopback_address() -> None:
    import ipaddress
    import socket
    import sys

    sends = {"socket.connect", "socket.sendto", "socket.sendmsg"}
    looks_up = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}

    def is_local(host: str | bytes | None) -> bool:
        name = host.decode() if isinstance(host, bytes) else host
        if not name or name == "localhost":
            return True
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return address.is_loopback or address.is_unspecified

    def refuse_other_machines(event: str, arguments: tuple) -> None:
        if event in sends:
            sender, address = arguments
            goes_out = sender.family in {socket.AF_INET, socket.AF_INET6} and address
            host = address[0] if goes_out else None
        elif event in looks_up:
            host = arguments[0]
        else:
            return
        if not is_local(host):
            message = f"a notebook under test may reach only the loopback address, not {host}"
            raise PermissionError(message)

    # An audit hook sees each connection, however it is opened, and cannot be taken out again.
    sys.addaudithook(refuse_other_machines)


_stay_on_the_loopback_address()
del _stay_on_the_loopback_address
