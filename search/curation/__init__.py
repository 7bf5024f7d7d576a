"""What do editors want readers to see first, or never?"""
