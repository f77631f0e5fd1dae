"""Write guilds, channels and people as the gateway and REST show them."""

from typing import Any

from tests.fakes.discord.world import BOT, THREADS, Channel, Guild, User, World

Body = dict[str, Any]


def channel_payload(channel: Channel) -> Body:
    shown: Body = {"id": channel.id, "type": channel.type, "name": channel.name, "flags": channel.flags}
    if channel.guild_id is None:
        return shown | {"recipients": [], "last_message_id": None}
    shown |= {"guild_id": channel.guild_id, "parent_id": channel.parent_id, "rate_limit_per_user": 0}
    if channel.type in THREADS:
        return shown | {
            "owner_id": channel.owner_id or BOT,
            "message_count": 0,
            "member_count": 1,
            "applied_tags": channel.applied_tags,
            "thread_metadata": {
                "archived": channel.archived,
                "locked": channel.locked,
                "auto_archive_duration": 1440,
                "archive_timestamp": "2024-01-01T00:00:00+00:00",
                "create_timestamp": "2024-01-01T00:00:00+00:00",
            },
        }
    shown |= {"position": 0, "nsfw": False, "topic": None, "last_message_id": None}
    shown |= {"permission_overwrites": [one.payload() for one in channel.overwrites]}
    if channel.tags:
        shown["available_tags"] = channel.tags
    return shown


def role_payload(role_id: str, name: str, bits: int, position: int) -> Body:
    return {
        "id": role_id,
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": position,
        "permissions": str(bits),
        "managed": position > 0,
        "mentionable": False,
        "flags": 0,
    }


def member_payload(user: User, *, roles: list[str] | None = None, joined: str = "2024-01-01T00:00:00+00:00") -> Body:
    return {
        "user": user.payload(),
        "roles": roles or [],
        "joined_at": joined,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "nick": None,
        "avatar": None,
    }


def guild_payload(world: World, guild: Guild, *, whole: bool = True) -> Body:
    """Write a guild; `whole` adds what only GUILD_CREATE carries."""
    shown: Body = {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "splash": None,
        "owner_id": "1",
        "afk_timeout": 300,
        "afk_channel_id": None,
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": guild.locale,
        "system_channel_id": guild.system_channel,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [
            role_payload(guild.id, "@everyone", guild.everyone, 0),
            role_payload(guild.bot_role, "paperboy", guild.bot_permissions, 1),
        ],
    }
    if not whole:
        return shown
    channels = [one for one in world.channels.values() if one.guild_id == guild.id and not one.deleted]
    return shown | {
        "unavailable": False,
        "large": False,
        "member_count": 2,
        "joined_at": guild.member_joined,
        "members": [member_payload(world.bot, roles=[guild.bot_role], joined=guild.member_joined)],
        "channels": [channel_payload(one) for one in channels if one.type not in THREADS],
        "threads": [channel_payload(one) for one in channels if one.type in THREADS and not one.archived],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def interaction_user(world: World, channel: Channel, user: User) -> Body:
    """Say who acts and where, as an interaction does."""
    if channel.guild_id is None:
        return {"user": user.payload(), "context": 1, "app_permissions": str(world.bot_permissions(channel))}
    guild = world.guilds[channel.guild_id]
    return {
        "guild_id": guild.id,
        "guild": {"id": guild.id, "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": member_payload(user) | {"permissions": str(user.permissions)},
        "context": 0,
        "app_permissions": str(world.bot_permissions(channel)),
    }
