"""`verify` of a stack against a cloud in a file: seconds, peak memory and how many things were equal, as JSON."""

import json
import sys
import time
from pathlib import Path

from acrwatch.live.connection import connect
from acrwatch.live.logs import Logs
from acrwatch.live.verify import State, verify
from acrwatch.synthesised import read_stack


def main() -> None:
    folder, parallel = Path(sys.argv[1]), int(sys.argv[2])
    stack = read_stack(folder / "cdk.tf.json")
    azure = connect(parallel=parallel)
    logs = Logs(azure)
    begin = time.perf_counter()
    found = verify(stack, azure, logs)
    seconds = time.perf_counter() - begin
    equal = sum(item.state is State.EQUAL for item in found.items)
    print(json.dumps({"seconds": seconds, "equal": equal, "items": len(found.items)}))


if __name__ == "__main__":
    main()
