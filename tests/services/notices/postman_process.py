"""A postman in a process of its own: FOLDER NOW URL RESENDS."""

import sys
from datetime import datetime
from pathlib import Path

from services.notices.channels.opening import open_channels
from tests.services.notices.notice_city import NoticeCity
from tests.services.notices.policies import at_any_hour


def main(folder: str, now: str, url: str, resends: str) -> None:
    policy = at_any_hour("mail", url=url, resend_unsure=resends == "1", parallel=1)
    city = NoticeCity(Path(folder), datetime.fromisoformat(now))
    channels = open_channels(policy, {}, city.folder, city.clock)
    postman = city.postman(channels, policy)
    postman.deliver_all()
    postman.close()
    city.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
